import type { FilterArch } from "../seccomp/syscalls.ts";

/** SHA-256 of the helper's files; `helper/build.sh` makes them, and a test compares. */
export const CHECKSUMS: Readonly<Record<FilterArch, string>> = {
  x64: "ebaa258e661928a28cda4fea394745143a7e8e1f83f2c6959a9bd8ed8bf9e6fc",
  arm64: "2e826a42ca5c5e780491f680cd75de65e142fa75986826ab1321042e0af35096",
};
