#!/bin/sh
# deps.sh - install the Debian packages that are missing, and say which.
#
# usage: deps.sh [build] [test] [lint] [fuzz] [crash] [PACKAGE ...]
set -eu

build='gcc libc6-dev binutils pkgconf libuv1-dev libjansson-dev libsqlite3-dev
libssl-dev libzstd-dev zlib1g-dev libseccomp-dev libxxhash-dev libicu-dev
libuchardet-dev'
test='g++ libcmocka-dev coreutils util-linux procps gzip zstd jq
sqlite3'
lint='clang clang-format clang-tidy cppcheck'
fuzz='clang libclang-rt-dev llvm'
crash='e2fsprogs xfsprogs btrfs-progs'

wanted=
for arg; do
	case $arg in
	build) wanted="$wanted $build" ;;
	test) wanted="$wanted $test" ;;
	lint) wanted="$wanted $lint" ;;
	fuzz) wanted="$wanted $fuzz" ;;
	crash) wanted="$wanted $crash" ;;
	*) wanted="$wanted $arg" ;;
	esac
done

if ! command -v dpkg-query >/dev/null; then
	echo "not a Debian system: needed are the likes of" $wanted >&2
	exit 0
fi

installed() {
	dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null |
	    grep -qx installed
}

missing=
for package in $wanted; do
	installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
	sudo=sudo
	if ! command -v sudo >/dev/null; then
		echo "missing packages; as root: apt-get install$missing" >&2
		exit 1
	fi
fi

echo "installing missing Debian packages:$missing"
# An old package list is the usual reason for a failure: fetch it and retry.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
get() {
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@" \
	    </dev/null >>"$log" 2>&1
}
get install --no-install-recommends $missing ||
    { get update && get install --no-install-recommends $missing; } || {
	cat "$log" >&2
	echo "could not install:$missing" >&2
	exit 1
}
