/// The lessons there are, a line each.
func lessonList() -> String { "" }
