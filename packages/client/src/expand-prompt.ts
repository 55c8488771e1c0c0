/** A prompt with its arguments filled in, or why they do not fit it. */
export type ExpandedPrompt =
  | { readonly type: "expanded"; readonly text: string }
  /** Named arguments that were not given. */
  | { readonly type: "missing"; readonly names: readonly string[] }
  /** A word that is not `NAME=value`, for a prompt whose arguments have names. */
  | { readonly type: "unnamed"; readonly word: string }
  | { readonly type: "openQuote" };

const PLACEHOLDER = /\$\$|\$ARGUMENTS\b|\$([1-9])|\$([A-Z][A-Z0-9_]*)/g;

/**
 * Fills in the placeholders of a custom prompt from what stands behind its name: `$1` to `$9` and `$ARGUMENTS` from
 * words, or names like `$FILE` from `FILE=value`, all of which have to be there. Words are parted by blanks; double
 * quotes hold some together. `$$` stays as it is. Source: engine spec, section 3.5.
 */
export function expandPrompt(content: string, argumentText: string): ExpandedPrompt {
  const words = splitWords(argumentText);
  if (words === null) return { type: "openQuote" };
  const names = namesIn(content);
  if (names.length === 0) {
    const text = content.replaceAll(PLACEHOLDER, (found, digit?: string) => {
      if (found === "$ARGUMENTS") return words.join(" ");
      return digit === undefined ? found : (words[Number(digit) - 1] ?? "");
    });
    return { type: "expanded", text };
  }
  const values = new Map<string, string>();
  for (const word of words) {
    const named = /^([A-Z][A-Z0-9_]*)=([^]*)$/i.exec(word);
    if (named === null) return { type: "unnamed", word };
    values.set(named[1] ?? "", named[2] ?? "");
  }
  const missing = names.filter((name) => !values.has(name));
  if (missing.length > 0) return { type: "missing", names: missing };
  const text = content.replaceAll(PLACEHOLDER, (found, _digit, name?: string) => {
    return name === undefined ? found : (values.get(name) ?? found);
  });
  return { type: "expanded", text };
}

/** The named placeholders of a prompt, each once, in order. */
function namesIn(content: string): readonly string[] {
  const found = [...content.matchAll(PLACEHOLDER)].flatMap(([, , name]) => name ?? []);
  return [...new Set(found)];
}

/** Null when a quote stays open. */
function splitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quoted = false;
  for (const character of text) {
    if (character === '"') {
      quoted = !quoted;
      word ??= "";
    } else if (!quoted && /\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quoted) return null;
  return word === null ? words : [...words, word];
}
