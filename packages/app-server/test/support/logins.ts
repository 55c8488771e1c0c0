import type { Fetch } from "@heddle/auth";

/** An id token with these claims; its signature is none. */
export function jwt(claims: object): string {
  return `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
}

/** Of `user@example.com`, on the plan `pro`. */
const ID_TOKEN = jwt({
  email: "user@example.com",
  "https://api.openai.com/auth": { chatgpt_plan_type: "pro", chatgpt_account_id: "acc_1" },
});

/** A stored ChatGPT login, as a file of the home. */
export function chatGptLogin({ idToken = ID_TOKEN, refreshToken = "rt" } = {}): Record<string, string> {
  const tokens = { id_token: idToken, access_token: "at", refresh_token: refreshToken, account_id: "acc_1" };
  return { "auth.json": JSON.stringify({ OPENAI_API_KEY: null, tokens }) };
}

/** Services that answer by their URL, and what they were asked. */
export function services(answers: Readonly<Record<string, { status?: number; body: unknown }[]>>) {
  const asked: { url: string; request: Parameters<Fetch>[1] }[] = [];
  const left = new Map(Object.entries(answers).map(([url, list]) => [url, [...list]]));
  const fetch: Fetch = async (url, request) => {
    asked.push({ url, request });
    const answer = left.get(url)?.shift();
    if (answer === undefined) throw new Error(`nothing is at ${url}`);
    const { status = 200, body } = answer;
    return { status, statusText: "", headers: new Headers(), text: async () => JSON.stringify(body) };
  };
  return { fetch, asked };
}

/** An issuer that gives tokens for one login, and no key. */
export const issuerOfOneLogin = () =>
  services({
    "https://issuer.example/oauth/token": [
      { body: { id_token: ID_TOKEN, access_token: "at", refresh_token: "rt" } },
      { status: 403, body: {} },
    ],
  });

/** Goes where the issuer would send the browser, and to the page behind that. */
export async function finishLogin(authUrl: URL): Promise<void> {
  const back = new URL(authUrl.searchParams.get("redirect_uri") ?? "");
  back.hostname = "127.0.0.1";
  back.search = `?code=code_1&state=${authUrl.searchParams.get("state")}`;
  const { headers } = await fetch(back, { redirect: "manual" });
  await fetch((headers.get("location") ?? "").replace("localhost", "127.0.0.1"));
}
