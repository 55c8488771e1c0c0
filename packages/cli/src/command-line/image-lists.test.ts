import { expect, test } from "vitest";
import { expandImageLists } from "./image-lists.ts";

test.each<[string, string[], string[]]>([
  ["each file becomes an option", ["exec", "-i", "a.png", "b.png"], ["exec", "--image=a.png", "--image=b.png"]],
  ["commas separate files", ["--image", "a.png,b.png", "-m", "x"], ["--image=a.png", "--image=b.png", "-m", "x"]],
  ["an attached value begins a list too", ["-ia.png", "b.png"], ["--image=a.png", "--image=b.png"]],
  ["a subcommand ends the list", ["--image", "a.png", "resume", "id"], ["--image=a.png", "resume", "id"]],
  ["unless a file has its name", ["--image", "review"], ["--image=review"]],
  ["a prompt behind the list belongs to it", ["-i", "a.png", "do it"], ["--image=a.png", "--image=do it"]],
  ["nothing behind -- is touched", ["-i", "a.png", "--", "-i", "b"], ["--image=a.png", "--", "-i", "b"]],
  ["an option without a value stays one", ["-i", "--json"], ["--image", "--json"]],
  ["words outside a list stay", ["exec", "fix it", "--json"], ["exec", "fix it", "--json"]],
])("%s", (_, argv, expanded) => {
  expect(expandImageLists(argv, (path) => path === "review")).toEqual(expanded);
});
