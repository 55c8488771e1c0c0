import { expect, test } from "vitest";
import { capOutput, type OutputPiece } from "./capped-output.ts";

test("each stream ends at the cap, by itself, and says so once", () => {
  const told: (Omit<OutputPiece, "bytes"> & { text: string })[] = [];
  const listen = capOutput(5, ({ bytes, ...piece }) => {
    told.push({ ...piece, text: Buffer.from(bytes).toString() });
    return undefined;
  });
  for (const text of ["abc", "de", "fg", "hi"]) void listen("stdout", Buffer.from(text));
  void listen("stderr", Buffer.from("errors"));
  expect(told).toEqual([
    { stream: "stdout", text: "abc", capReached: false },
    { stream: "stdout", text: "de", capReached: false },
    { stream: "stdout", text: "", capReached: true },
    { stream: "stderr", text: "error", capReached: true },
  ]);
});
