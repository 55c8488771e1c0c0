import { apiKeyLogin, createAccount, createFileStore, createTokenSource, type Token } from "@heddle/auth";

/** Logs in with a key and asks for the credential of a request. */
export async function logIn(home: string): Promise<Token | null> {
  const account = createAccount({ store: createFileStore(home) });
  await apiKeyLogin(account, { apiKey: "sk-example-0123456789" });

  const provider = { id: "openai", requiresOpenaiAuth: true };
  return createTokenSource({ home, env: {}, provider, account }).token();
}
