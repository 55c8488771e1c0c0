import type { FilterArch } from "../seccomp/syscalls.ts";

/** SHA-256 of the helper's files; `helper/build.sh` makes them, and a test compares. */
export const CHECKSUMS: Readonly<Record<FilterArch, string>> = {
  x64: "d085f19a2ce166edec086b2d2cc757db58eb7b428dacaff98d1ea00391c9e9f1",
  arm64: "af13a6493105772649bf3456ff713bce4d709473aa9f0ab752624782d0556d00",
};
