/// A new lesson to write over: three short steps that show every kind of fence, and that already
/// pass `espalier test`.
public func lessonTemplate(_ title: String) -> String {
  """
  ---
  title: \(title)
  id: \(slug(title))
  version: 1
  seed: 1
  ---

  # \(title)

  Say in two sentences what the reader will be able to do at the end. A formula stands between
  dollars, as in $\\hat{w} = s \\cdot q$.

  ## Look first {#look}

  Start from numbers that can be worked out on paper.

  ```espalier
  let w = tensor([0.5, -1.5, 0.25, 0])
  ```

  ```espalier>
  > print(max(abs(w)))
  1.5
  ```

  ## Predict {#predict}

  Ask for a number before you give it away. How many of the four weights does half of them leave?

  ```espalier try ask=number answer="count(prune(w, 50%) != 0)" about=counts
  ____
  ```

  Half of four is two, and zero was among the smallest.

  ## Work it out {#work}

  $$
  s = \\frac{\\max_i |w_i|}{7}
  $$

  Bind `s`, and the codes `q`.

  ```espalier try
  let s = ____
  let q = ____
  ```

  <details><summary>The step</summary>

  The largest magnitude lands on 7.

  </details>

  ```espalier check points=1 name="step"
  check near(s, 1.5 / 7), "s"
  ```

  ```espalier check points=2 name="codes" each=true needs="step"
  check q == [2, -7, 1, 0], "q"
  ```

  ```espalier wrong
  let s = max(w) / 7
  let q = round(w / s)
  ```
  > The largest *magnitude* belongs to −1.5: take `abs` first.

  <details><summary>Solution</summary>

  ```espalier solution
  let s = max(abs(w)) / 7
  let q = round(w / s)
  ```

  </details>

  What the page says here is shown once the exercise is done.

  """
}

/// The file name of a new lesson: `07-four-bits.md`.
public func lessonFileName(_ title: String, number: Int) -> String {
  let digits = String(number)
  return (digits.count < 2 ? "0" + digits : digits) + "-" + slug(title) + ".md"
}
