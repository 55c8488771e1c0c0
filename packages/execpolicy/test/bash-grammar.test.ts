import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readPlainScript } from "../src/shell/script.ts";
import { loadGrammarReader, type GrammarReader } from "./bash-grammar.ts";

/** What both readers take for plain, with the same words. */
const PLAIN = [
  "ls",
  "ls -la src",
  "  ls  ",
  "\n\nls\n\n",
  "ls;",
  "ls ; pwd",
  "ls\npwd",
  "ls;\npwd",
  "ls && pwd || true",
  "a | b | c",
  "a &&\n  b",
  "a |\n b",
  "a | b && c; d",
  "echo 1 2 0x10 -1 2a 1.5",
  "echo 'single quoted $x `y` \\ \"'",
  "echo ''",
  'echo "double quoted"',
  'echo "a\\"b" "\\$x" "\\\\"',
  'echo " leading" "trailing "',
  'echo "a;b" "a|b" "#c" "a!b" "a>b"',
  "echo a\\ b \\; \\| \\# \\'",
  "echo * ? *.ts src/**/*.ts",
  "echo ~ ~/x ~user",
  "echo a=b --color=never x= =x",
  "echo a,b a:b a@b a+b a%b a^b ^ , @ + - --",
  "echo a#b !x a!b",
  "echo if then fi do done",
  "ls \\\n  -la",
  "ls \\\n&& pwd",
  "/usr/bin/env A=b ls",
  "../a/b.sh --flag",
  "7z x",
  "l\\s",
  "time ls",
  "time -p ls | wc",
  "test -f x",
  "echo é ü 漢字",
  "eval 'rm -rf x'",
  "exec ls",
  "command -v ls",
  "cd x && ls",
  "printf '%s\\n' x",
  "find . -name x -newer y",
];

/** What neither reader takes for plain, each for a reason of its own. */
const NOT_PLAIN = [
  // redirections
  "ls > x",
  "ls >> x",
  "ls < x",
  "ls 2> x",
  "ls 2>&1",
  "ls &> x",
  "ls >| x",
  "ls <> x",
  "> x",
  "> x ls",
  "cat <<EOF\nx\nEOF",
  "cat <<-EOF\nx\nEOF",
  "cat <<'EOF'\nx\nEOF",
  "cat <<< x",
  "exec 3> x",
  // background and other joints
  "ls &",
  "ls & pwd",
  "ls |& wc",
  "! ls",
  "ls && ! pwd",
  "ls &&",
  "ls |",
  "ls ||",
  "&& ls",
  "| ls",
  "; ls",
  "ls ;; pwd",
  "ls | | pwd",
  "ls && && pwd",
  // groups and control flow
  "(ls)",
  "{ ls; }",
  "if true; then ls; fi",
  "for x in a b; do ls; done",
  "for ((i=0;i<3;i++)); do ls; done",
  "while true; do ls; done",
  "until true; do ls; done",
  "case x in x) ls;; esac",
  "select x in a; do ls; done",
  "f() { ls; }",
  "function f { ls; }",
  "[ -f x ]",
  "[[ -f x ]]",
  "((1+1))",
  "ls; (pwd)",
  // assignments
  "A=b",
  "A=b ls",
  "A=b B=c ls -l",
  "A+=b ls",
  "A[0]=b ls",
  "A=(b c)",
  "export A=b",
  "declare A=b",
  "local A=b",
  "readonly A=b",
  "typeset A=b",
  "unset A",
  // expansions
  "echo $x",
  "echo ${x}",
  "echo ${x:-y}",
  'echo "$x"',
  'echo "a${x}b"',
  "echo $(ls)",
  'echo "$(ls)"',
  "echo `ls`",
  'echo "`ls`"',
  "echo $((1+1))",
  "diff <(ls) >(wc)",
  "echo $'a'",
  'echo $"a"',
  "echo {a,b}",
  "echo {1..3}",
  "echo a{b,c}d",
  "echo {}",
  "$x",
  "$(ls)",
  "`ls`",
  "echo $1 $@ $? $$ $!",
  // words of several pieces
  'echo a"b"',
  'echo "a"b',
  "echo \"a\"'b'",
  "echo 'a''b'",
  'echo --x="y"',
  "echo [a-z]*",
  "echo a[0]",
  'echo ""',
  'echo " "',
  // the name has to be a bare word
  "'ls'",
  '"ls"',
  "l's'",
  'l"s"',
  '""',
  "1 2",
  // comments
  "# x",
  "ls # x",
  "ls\n# x\npwd",
  "#!/bin/sh\nls",
  "echo a == b",
  "echo a =~ b",
  // broken
  "ls '",
  'ls "',
  "ls `",
  "ls $(",
  "ls )",
  "if",
];

/** What the grammar takes for plain and we do not: a shell would refuse it, or keep it for something else. */
const PLAIN_TO_THE_GRAMMAR_ONLY = [
  "ls }",
  "fi",
  "do ls",
  "then ls",
  "coproc ls",
  "-x y",
  "*x y",
  "a,b c",
  "./x=y z",
  "let x=1 && export",
];

describe("the reading of scripts, held against the grammar of tree-sitter-bash", () => {
  let grammar: GrammarReader;
  beforeAll(async () => {
    grammar = await loadGrammarReader();
  });

  const read = (script: string) => readPlainScript(script)?.map((command) => command.written) ?? null;

  test.each(PLAIN)("%j is plain to both, with the same words", (script) => {
    expect(read(script)).not.toBeNull();
    expect(read(script)).toEqual(grammar(script));
  });

  test.each(NOT_PLAIN)("%j is not plain to either", (script) => {
    expect([read(script), grammar(script)]).toEqual([null, null]);
  });

  test.each(PLAIN_TO_THE_GRAMMAR_ONLY)("%j is plain to the grammar only", (script) => {
    expect(read(script)).toBeNull();
  });

  test("no script is plain to us that is not plain, with the same words, to the grammar", () => {
    const pieces = fc.constantFrom(
      ..."ls pwd rm -rf a b x=y A=b * ? ~ # ! $x $ ( ) { } [ ] < > | & ; ' \" ` \\ / - -- = == =~ , : @ % ^ + . 0 12".split(
        " ",
      ),
      ..." |\n|\t|  |&&||||;;|>&|<<|$(|${|$'|\\\n|if|then|fi|do|done|for|in|case|esac|time|function|[[|]]|((|))|é|\u00a0".split(
        "|",
      ),
      "'a b'",
      '"a b"',
      '"$x"',
      '"a\\"b"',
      '"a\nb"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), fc.boolean(), (list, spaced) => {
        const script = list.join(spaced ? " " : "");
        const ours = read(script);
        // The grammar takes a line that starts with a backslash for the end of the line before; no shell does.
        fc.pre(!/\n\s*\\/.test(script));
        if (ours !== null) expect({ script, read: ours }).toEqual({ script, read: grammar(script) });
      }),
      { numRuns: 20_000 },
    );
  });
});
