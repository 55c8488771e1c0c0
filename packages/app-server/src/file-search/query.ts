/** One word of a query; every word has to fit a path. */
export interface Atom {
  /** Code points in the form in which they are compared. */
  readonly characters: readonly number[];
  /** Capital letters count: the word has one. */
  readonly exactCase: boolean;
  /** Accents do not count: the word has none. */
  readonly plain: boolean;
}

/** What comes behind in a query does not count: a score costs as much as the query and the path are long. */
const MAX_LENGTH = 256;

/** The words of a query, parted by blanks; `\ ` is a blank within a word. */
export function readQuery(query: string): readonly Atom[] {
  return query
    .slice(0, MAX_LENGTH)
    .split(/(?<!\\)\s+/)
    .filter((word) => word !== "")
    .map((word) => readAtom(word.replaceAll(/\\(\s)/g, "$1")));
}

function readAtom(word: string): Atom {
  const exactCase = word !== word.toLowerCase();
  const plain = word.normalize("NFC") === withoutAccents(word);
  const characters = Array.from(word.normalize("NFC"), (character) => character.codePointAt(0) ?? 0);
  return { characters, exactCase, plain };
}

/** Code points of a path in the form in which an atom is compared with them; positions stay. */
export function foldText(text: string, { exactCase, plain }: Atom): readonly number[] {
  return Array.from(text, (character) => {
    const bare = plain ? withoutAccents(character) : character;
    return (exactCase ? bare : bare.toLowerCase()).codePointAt(0) ?? 0;
  });
}

function withoutAccents(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "");
}
