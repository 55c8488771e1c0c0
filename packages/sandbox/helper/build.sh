#!/bin/sh
# Builds the helper for both processors with Debian 12's compilers, gcc-12 and gcc-12-aarch64-linux-gnu (12.2.0-14).
# The same compilers make the same bytes; their checksums are in ../src/helper/checksums.ts, and a test compares.
#
#   build.sh [FOLDER]     into FOLDER instead of beside the source
set -eu
cd "$(dirname "$0")"
out=${1:-.}
flags="-std=c11 -Os -Wall -Wextra -Werror -ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables
  -fno-ident -fno-pie -no-pie -nostdlib -static -s -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-z,noexecstack"
for target in x64:gcc-12 arm64:aarch64-linux-gnu-gcc-12; do
  arch=${target%%:*}
  compiler=${target#*:}
  mkdir -p "$out/linux-$arch"
  # shellcheck disable=SC2086
  "$compiler" $flags -o "$out/linux-$arch/heddle-sandbox-exec" heddle-sandbox-exec.c
done
