# Sourced by `espalier` and `check`: what both need before they can build. Everything goes to
# standard error, and nothing reads standard input, which belongs to the program.

# Debian's names; GNU readline, oneDNN, cmark-gfm and zlib.
packages="libreadline-dev libdnnl-dev libcmark-gfm-dev libcmark-gfm-extensions-dev zlib1g-dev"

say() { printf '%s\n' "$*" >&2; }

# Prints the packages that are not installed.
missing_packages() {
  wanted=$packages
  # SwiftPM fetches swift-argument-parser with git.
  command -v git >/dev/null 2>&1 || wanted="$wanted git ca-certificates"
  for package in $wanted; do
    case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) in
    installed) ;;
    *) printf '%s ' "$package" ;;
    esac
  done
}

# Tries the headers themselves, for systems without Debian's package list.
missing_headers() {
  for header in readline/readline.h oneapi/dnnl/dnnl.h cmark-gfm.h \
    cmark-gfm-core-extensions.h zlib.h; do
    printf '#include <stdio.h>\n#include <%s>\n' "$header" |
      clang -fsyntax-only -x c - 2>/dev/null || printf '%s ' "$header"
  done
}

# Makes a build folder, or empties one that was built elsewhere: compiled modules keep the path they
# were built at, and a build after a move ends in errors nobody can read.
open_build_folder() {
  if [ -f "$1/built-at" ] && [ "$(cat "$1/built-at")" != "$1" ]; then rm -rf "$1"; fi
  mkdir -p "$1" && printf '%s\n' "$1" >"$1/built-at"
}

# Installs what is missing, as root or with sudo, or says what to type; returns 1 when it cannot.
install_missing() {
  if ! command -v swift >/dev/null 2>&1; then
    say "Espalier needs Swift 6.2 or newer, and there is no \`swift\` here."
    say "Get it from https://www.swift.org/install/linux and run this again."
    return 1
  fi
  if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    missing=$(missing_headers)
    [ -z "$missing" ] && return 0
    say "Espalier needs these C headers, which are not found here: $missing"
    say "Install the development packages of GNU readline, oneDNN, cmark-gfm and zlib."
    say "On Debian and Ubuntu they are: $packages"
    return 1
  fi
  missing=$(missing_packages)
  missing=${missing% }
  [ -z "$missing" ] && return 0
  line="apt-get install -y --no-install-recommends $missing"
  if [ "$(id -u)" -eq 0 ]; then
    root_command="env"
  elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 2 ]; }; then
    root_command="sudo env"
  else
    say "Espalier needs Debian packages that are missing. Install them with"
    say "  sudo apt-get update && sudo $line"
    return 1
  fi
  say "Installing $missing (once) ..."
  log=$(mktemp) || return 1
  # A fresh container has no package lists, so they are fetched when the first attempt fails.
  quietly="$root_command DEBIAN_FRONTEND=noninteractive"
  if $quietly $line </dev/null >"$log" 2>&1 ||
    { $quietly apt-get update </dev/null >>"$log" 2>&1 &&
      $quietly $line </dev/null >>"$log" 2>&1; }; then
    rm -f "$log"
    return 0
  fi
  tail -n 15 "$log" >&2
  rm -f "$log"
  say "The packages could not be installed. The line was"
  say "  $line"
  return 1
}

# seconds -> 0:07
clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# Runs `swift build` with one line of progress on a terminal; the whole output goes to a log.
#   build_with_progress TITLE LOG ARGUMENTS...
build_with_progress() {
  title=$1
  build_log=$2
  shift 2
  started=$(date +%s)
  rm -f "$build_log.code"
  {
    swift build "$@" </dev/null 2>&1
    echo $? >"$build_log.code"
  } | tee "$build_log" | if [ -t 2 ]; then
    while IFS= read -r line; do
      case $line in
      "["*/*"]"*)
        step=${line#"["}
        step=${step%%"]"*}
        case $step in *[!0-9/]*) continue ;; esac
        now=$(($(date +%s) - started))
        printf '\r\033[K%s  %s  %s' "$title" "$step" "$(clock $now)" >&2
        ;;
      esac
    done
    printf '\r\033[K' >&2
  else
    cat >/dev/null
  fi
  code=$(cat "$build_log.code" 2>/dev/null || echo 1)
  rm -f "$build_log.code"
  if [ "$code" -ne 0 ]; then
    grep -E 'error:|warning: unre' "$build_log" | sort -u | head -n 20 >&2
    say "The build failed; all of its output is in $build_log"
  fi
  return "$code"
}
