/** The last part of what a process said about itself, for people who are asked what went wrong. */
export interface FeedbackLog {
  /** A function that notes each message before it passes it on. */
  noting(say: (message: string) => void): (message: string) => void;
  /** What was noted last, one message a line, each with its time. */
  text(): string;
}

const MAX_CHARACTERS = 256 * 1024;

/** Keeps the last 256 Ki characters of whole messages. */
export function createFeedbackLog({ now }: { readonly now: () => Date }): FeedbackLog {
  const lines: string[] = [];
  let length = 0;
  const note = (message: string): void => {
    const line = `${now().toISOString()} ${message}\n`.slice(-MAX_CHARACTERS);
    lines.push(line);
    length += line.length;
    while (length > MAX_CHARACTERS) length -= lines.shift()?.length ?? length;
  };
  return {
    noting: (say) => (message) => {
      note(message);
      say(message);
    },
    text: () => lines.join(""),
  };
}
