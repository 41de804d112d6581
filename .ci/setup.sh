#!/bin/sh
# Install what the build and the tests need, where it is missing: on Debian
# and its relatives as root or with sudo; elsewhere say what is needed.
# setup.sh [build|test]
set -e
need=
command -v spin > /dev/null 2>&1 || need="$need spin"
command -v make > /dev/null 2>&1 || need="$need make"
# SPIN runs gcc as its preprocessor, whatever compiles the rest
command -v gcc > /dev/null 2>&1 || need="$need gcc"
echo '#include <stdio.h>' | gcc -E - > /dev/null 2>&1 ||
    need="$need libc6-dev"
case ${CC:-cc} in
clang*) command -v "$CC" > /dev/null 2>&1 || need="$need clang" ;;
esac
command -v pkg-config > /dev/null 2>&1 || need="$need pkg-config"
for lib in jansson libarchive expat:libexpat1 libevtx libbfio hivex:libhivex; do
	pkg-config --exists "${lib%:*}" 2> /dev/null && continue
	case $lib in
	*:*)	need="$need ${lib#*:}-dev" ;;
	lib*)	need="$need $lib-dev" ;;
	*)	need="$need lib$lib-dev" ;;
	esac
done
if [ "$1" = test ]; then
	pkg-config --exists check 2> /dev/null || need="$need check"
	command -v jq > /dev/null 2>&1 || need="$need jq"
	command -v mandoc > /dev/null 2>&1 || need="$need mandoc"
fi
[ -n "$need" ] || exit 0
if ! command -v apt-get > /dev/null 2>&1; then
	echo "vsscheck needs:$need" >&2
	echo "(names of Debian's packages; spin is SPIN 6.5, jansson a" >&2
	echo "JSON library, check the unit test framework)" >&2
	exit 1
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo > /dev/null 2>&1; then
		echo "vsscheck needs, as root: apt-get install$need" >&2
		exit 1
	fi
	sudo=sudo
fi
echo "installing:$need"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$sudo apt-get install -y --no-install-recommends $need > /dev/null 2>&1 || {
	$sudo apt-get update > /dev/null
	$sudo apt-get install -y --no-install-recommends $need > /dev/null
}
