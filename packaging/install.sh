#!/bin/sh
# Installs the fedbucket executable, without root. It needs tar, gzip and a SHA-256 program; a download also needs curl or wget.
set -eu

usage() {
  cat <<'USAGE'
Usage: sh install.sh [--from FOLDER_OR_URL] [--to PREFIX] [--uninstall]

  --from        where SHA256SUMS and the archives are (default: beside this script)
  --to          what bin/ and share/ are below (default: ~/.local)
  --uninstall   remove what this script put there
USAGE
}

fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

from=$(dirname "$0")
to=${HOME:+$HOME/.local}
uninstall=no
while [ $# -gt 0 ]; do
  case $1 in
    --from | --to) [ $# -ge 2 ] || fail "$1 needs a value" ;;
  esac
  case $1 in
    --from) from=$2 && shift 2 ;;
    --to) to=$2 && shift 2 ;;
    --uninstall) uninstall=yes && shift ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done
[ -n "$to" ] || fail "there is no home folder: HOME is not set" "Say where: sh install.sh --to /path/to/folder"
case $to in
  /*) ;;
  *) to=$PWD/$to ;;
esac

files="bin/fedbucket
share/man/man1/fedbucket.1
share/bash-completion/completions/fedbucket
share/zsh/site-functions/_fedbucket
share/fish/vendor_completions.d/fedbucket.fish
share/doc/fedbucket/LICENSE
share/doc/fedbucket/THIRD-PARTY-LICENSES.txt
share/doc/fedbucket/fedbucket.cdx.json"

if [ "$uninstall" = yes ]; then
  for file in $files; do
    rm -f "$to/$file"
    # Folders that are empty now, and no others.
    (cd "$to" 2>/dev/null && rmdir -p "$(dirname "$file")" 2>/dev/null) || true
  done
  rmdir "$to" 2>/dev/null || true
  echo "Removed fedbucket from $to."
  exit 0
fi

case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=darwin ;;
  *) fail "there is no executable for $(uname -s) here" "With Node 22.18 or newer: npm install -g fedbucket-*.tgz" ;;
esac
case $(uname -m) in
  x86_64 | amd64) machine=x64 ;;
  aarch64 | arm64) machine=arm64 ;;
  *) fail "there is no executable for $(uname -m)" "With Node 22.18 or newer: npm install -g fedbucket-*.tgz" ;;
esac

fetch() { # NAME: from a folder or an address, into the working folder
  case $from in
    http://* | https://*)
      if command -v curl >/dev/null; then
        curl -fsSL --retry 3 -o "$work/$1" "$from/$1"
      elif command -v wget >/dev/null; then
        wget -q -O "$work/$1" "$from/$1"
      else
        fail "curl or wget is needed to download"
      fi
      ;;
    *) cp "$from/$1" "$work/$1" ;;
  esac || fail "$from has no $1, or it cannot be read" \
    "Say where the files are: sh install.sh --from FOLDER_OR_URL" \
    "Behind a proxy, set HTTPS_PROXY first."
}

if command -v sha256sum >/dev/null; then
  sum=sha256sum
elif command -v shasum >/dev/null; then
  sum="shasum -a 256"
else
  fail "sha256sum or shasum is needed to verify what is installed"
fi

mkdir -p "$to" 2>/dev/null || true
work=$(mktemp -d "$to/.fedbucket-install.XXXXXX" 2>/dev/null) ||
  fail "$to cannot be written to" "Choose another folder: sh install.sh --to /path/to/folder"
trap 'rm -rf "$work"; rmdir "$to" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

fetch SHA256SUMS
archive=$(sed -n "s/^[0-9a-f]* [ *]\(fedbucket-.*-$system-$machine\.tar\.gz\)\$/\1/p" "$work/SHA256SUMS")
[ -n "$archive" ] || fail "$from has no archive for $system $machine"
expected=$(sed -n "s/^\([0-9a-f]*\) [ *]$archive\$/\1/p" "$work/SHA256SUMS")
fetch "$archive"
[ "$($sum "$work/$archive" | cut -d ' ' -f 1)" = "$expected" ] ||
  fail "$archive is damaged: its checksum is not the one in SHA256SUMS" "Nothing was installed. Download it again."

mkdir "$work/files"
tar -xzf "$work/$archive" -C "$work/files" --strip-components=1 --no-same-owner
version=$("$work/files/bin/fedbucket" --version 2>"$work/why") ||
  fail "the executable does not run here: $(head -n 1 "$work/why")" \
    "It needs glibc 2.28 or newer (RHEL 8, Debian 10, Ubuntu 20.04), libstdc++, and a folder that is not mounted noexec." \
    "Nothing was installed. Choose another folder with --to, or use the npm package with Node 22.18 or newer."

for file in $files; do
  mkdir -p "$to/$(dirname "$file")"
  mv -f "$work/files/$file" "$to/$file"
done
echo "Installed fedbucket $version as $to/bin/fedbucket."

found=$(command -v fedbucket || true)
if [ -z "$found" ]; then
  echo "It is not on your PATH yet. Add this line to your shell's start-up file:"
  echo "  export PATH=\"$to/bin:\$PATH\""
elif [ "$found" != "$to/bin/fedbucket" ]; then
  echo "Another one comes first on your PATH: $found ($("$found" --version 2>/dev/null || echo "which does not run"))."
  echo "  Remove it, or put $to/bin before it."
fi
