const OPEN = "<think>";
const CLOSE = "</think>";

/** A piece of an answer, told apart from reasoning that a model writes into its text. */
export type TextPiece = { readonly type: "text" | "thought"; readonly text: string };

/**
 * Takes `<think>...</think>` at the beginning of a text out of it, as the text comes in. Holds back no more than what
 * may be part of a tag.
 */
export interface ThinkSplitter {
  push(text: string): readonly TextPiece[];
  /** What was held back. */
  end(): readonly TextPiece[];
}

export function createThinkSplitter(): ThinkSplitter {
  let state: "start" | "thought" | "gap" | "text" = "start";
  let held = "";

  const push = (text: string): readonly TextPiece[] => {
    if (state === "text") return text === "" ? [] : [{ type: "text", text }];
    held += text;
    if (state === "start") {
      const trimmed = held.trimStart();
      if (trimmed.length < OPEN.length && OPEN.startsWith(trimmed)) return [];
      if (!trimmed.startsWith(OPEN)) return becomeText();
      state = "thought";
      held = trimmed.slice(OPEN.length);
    }
    if (state === "thought") {
      const close = held.indexOf(CLOSE);
      if (close === -1) return takeThought(held.length - overlap(held));
      const thought = takeThought(close);
      held = held.slice(CLOSE.length);
      state = "gap";
      return [...thought, ...push("")];
    }
    // The blank lines between a thought and the answer belong to neither.
    held = held.trimStart();
    return held === "" ? [] : becomeText();
  };

  function becomeText(): readonly TextPiece[] {
    state = "text";
    const text = held;
    held = "";
    return [{ type: "text", text }];
  }

  function takeThought(length: number): readonly TextPiece[] {
    const text = held.slice(0, length);
    held = held.slice(length);
    return text === "" ? [] : [{ type: "thought", text }];
  }

  return {
    push,
    end() {
      const text = held;
      held = "";
      // Some models put blank lines between a thought and a call: they are no answer.
      if (text.trim() === "" || state === "gap") return [];
      return [{ type: state === "thought" ? "thought" : "text", text }];
    },
  };
}

/** How many characters at the end of a text may be the beginning of the closing tag. */
function overlap(text: string): number {
  for (let length = Math.min(text.length, CLOSE.length - 1); length > 0; length -= 1) {
    if (CLOSE.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
