import type { FilterArch } from "../seccomp/syscalls.ts";

/** SHA-256 of the helper's files; `helper/build.sh` makes them, and a test compares. */
export const CHECKSUMS: Readonly<Record<FilterArch, string>> = {
  x64: "8da7224365a6200321cfed356ceef92bd50af8bc54cbb6179a9cccdc76961dfe",
  arm64: "ea1b3b95272c77d219a3203b8aa648d92377a9d3433aca684e0f6b7ddcddfaab",
};
