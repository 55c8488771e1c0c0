/** One word of progress as people read it: the message, else how far it is. Source: MCP spec, section A4. */
export function progressText({
  progress,
  total,
  message,
}: {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message?: string | undefined;
}): string {
  if (message !== undefined && message !== "") return message;
  return total === undefined ? String(progress) : `${progress}/${total}`;
}
