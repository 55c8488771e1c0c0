import type { ChatGptTokens } from "@heddle/auth";
import { internalError, invalidRequest } from "@heddle/protocol";
import type { Session } from "../session.ts";
import { currentLogin, loadConfig } from "./account.ts";
import { readUsage, usageUrl } from "./account-usage.ts";
import type { Handler } from "./handler.ts";

const USAGE_TIMEOUT_MS = 30_000;

/** `account/rateLimits/read`: asks the service; only a ChatGPT login has limits. */
export const readRateLimits: Handler<"account/rateLimits/read"> = async (_, { session }) => {
  const tokens = await requireTokens(session);
  const url = usageUrl((await loadConfig(session)).chatgptBaseUrl);
  const answer = await fetchUsage(url, tokens, session);
  const rateLimits = answer.status === 200 ? readUsage(answer.body) : null;
  if (rateLimits === null) {
    const reason = answer.status === 200 ? "the answer is no usage" : `${answer.status} ${answer.statusText}`.trim();
    throw internalError(`failed to fetch codex rate limits: GET ${url} failed: ${reason}`);
  }
  // Later replies of the model name less: what they leave out is still true.
  session.host.engine.rateLimits.replace("openai", rateLimits);
  return { rateLimits };
};

interface UsageAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly body: string;
}

async function requireTokens(session: Session): Promise<ChatGptTokens> {
  const login = await currentLogin(session);
  if (login === null) throw invalidRequest("codex account authentication required to read rate limits");
  if (login.apiKey !== null || login.tokens === null) {
    throw invalidRequest("chatgpt authentication required to read rate limits");
  }
  return login.tokens;
}

/** Asks again with new tokens where the old ones are refused. */
async function fetchUsage(url: string, tokens: ChatGptTokens, session: Session): Promise<UsageAnswer> {
  const answer = await send(url, tokens, session);
  if (answer.status !== 401) return answer;
  try {
    await session.host.accounts.refresh();
  } catch {
    return answer; // the refusal says more
  }
  return send(url, await requireTokens(session), session);
}

async function send(url: string, tokens: ChatGptTokens, { host, introduction }: Session): Promise<UsageAnswer> {
  const { accessToken, accountId } = tokens;
  try {
    const answer = await host.fetch(url, {
      method: "GET",
      headers: {
        authorization: `Bearer ${accessToken}`,
        ...(accountId === null ? {} : { "chatgpt-account-id": accountId }),
        ...(introduction === null ? {} : { "user-agent": introduction.userAgent }),
      },
      redirect: "manual",
      signal: AbortSignal.timeout(USAGE_TIMEOUT_MS),
    });
    const { status, statusText } = answer;
    return { status, statusText, body: await answer.text() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw internalError(`failed to fetch codex rate limits: GET ${url} failed: ${reason}`, { cause: error });
  }
}
