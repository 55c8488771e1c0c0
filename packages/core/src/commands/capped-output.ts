import type { OutputListener } from "@heddle/sandbox";

type Stream = Parameters<OutputListener>[0];

/** A piece of a command's output. */
export interface OutputPiece {
  readonly stream: Stream;
  readonly bytes: Uint8Array;
  /** Nothing of the stream follows: as much has come as was wanted. */
  readonly capReached: boolean;
}

/**
 * Lets through so many bytes of each stream; the piece in which a stream reaches its cap says so, and none follows.
 * @param tell a promise that it gives holds the command up.
 */
export function capOutput(capBytes: number, tell: (piece: OutputPiece) => Promise<void> | undefined): OutputListener {
  const left: Record<Stream, number> = { stdout: capBytes, stderr: capBytes };
  const capped = new Set<Stream>();
  return (stream, bytes) => {
    if (capped.has(stream)) return undefined;
    const capReached = bytes.length > left[stream];
    const piece = capReached ? bytes.subarray(0, left[stream]) : bytes;
    left[stream] -= piece.length;
    if (capReached) capped.add(stream);
    return tell({ stream, bytes: piece, capReached });
  };
}
