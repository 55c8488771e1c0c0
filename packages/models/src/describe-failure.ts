import { assertNever } from "./assert-never.ts";
import type { ModelFailure } from "./failure.ts";
import { describeStatus } from "./http-status.ts";
import { parseJson, asObject, asString } from "./json.ts";

/** A failure in words, for people. Texts that clients know by heart keep them. Source: engine spec, sections 12 and 13. */
export function describeFailure(failure: ModelFailure, now: Date = new Date()): string {
  switch (failure.kind) {
    case "contextWindowExceeded":
      return "The model's context window is full: there is no room left for this thread. Start a new thread, compact this one, or take something out of it.";
    case "quotaExceeded":
      return "The account has used up its quota. Check its plan and billing, then try again.";
    case "usageNotIncluded":
      return "The plan of this account does not include this service. Choose another plan, or log in with an API key.";
    case "usageLimit":
      return describeUsageLimit(failure, now);
    case "invalidImage":
      return "The model cannot use an image that was sent. Remove it, or send it in another format.";
    case "invalidRequest":
      return messageOfBody(failure.body);
    case "unauthorized":
      return failure.status === null
        ? clip(failure.body)
        : describeUnexpected(failure.status, failure.body, failure.requestId);
    case "rateLimited":
      return `exceeded retry limit, last status: ${describeStatus(failure.status)}${requestIdSuffix(failure.requestId)}`;
    case "overloaded":
      return "The model provider is overloaded at the moment. Try again in a while.";
    case "server":
      return `The model provider failed to answer (${describeStatus(failure.status)}${requestIdSuffix(failure.requestId)}). Such errors are mostly temporary: try again.`;
    case "unexpectedStatus":
      return describeUnexpected(failure.status, failure.body, failure.requestId);
    case "noStream":
      return describeNoStream(failure);
    case "invalidProvider":
    case "localServer":
      return failure.message;
    case "network":
      return `stream disconnected before completion: ${clip(failure.message)}`;
    case "timeout":
      return `stream disconnected before completion: no reply from ${failure.url} within ${failure.limitMs / 1000} s`;
    case "streamDisconnected":
      return `stream disconnected before completion: ${clip(failure.message)}`;
    case "missingEnvironmentVariable": {
      const instructions = failure.instructions === null ? "" : ` ${failure.instructions}`;
      return `Missing environment variable: \`${failure.name}\`.${instructions}`;
    }
    case "unsupported":
      return `unsupported operation: ${failure.operation}`;
    case "contentFilter":
      return clip(failure.message);
    default:
      return assertNever(failure);
  }
}

/** A page that a protecting proxy puts in the way says nothing that a person could use. */
function describeUnexpected(status: number, body: string, requestId: string | null): string {
  const text =
    status === 403 && body.includes("Cloudflare") && body.includes("blocked")
      ? "the request was blocked on its way by Cloudflare; this may come from the network you are in, or from a VPN"
      : body;
  return `unexpected status ${describeStatus(status)}: ${clip(text)}${requestIdSuffix(requestId)}`;
}

/** What an endpoint that is none says, as the page of a portal or of a web server does. */
function describeNoStream({ status, contentType, excerpt }: Extract<ModelFailure, { kind: "noStream" }>): string {
  const type = contentType ?? "no content type";
  const text = clip(excerpt.replaceAll(/\s+/g, " ").trim());
  const begins = text === "" ? "and is empty" : `and begins: ${text}`;
  return `the endpoint answered ${describeStatus(status)}, but not with an event stream (${type}) ${begins}. Check the provider's base_url and wire_api.`;
}

/** As much of a body as a person reads. */
const MAX_BODY_CHARS = 1_000;

function clip(text: string): string {
  if (text.length <= MAX_BODY_CHARS) return text;
  return `${text.slice(0, MAX_BODY_CHARS)}… (${text.length} characters in all)`;
}

function requestIdSuffix(requestId: string | null): string {
  return requestId === null ? "" : `, request id: ${requestId}`;
}

/** The `error.message` of a JSON body, else the body itself. */
function messageOfBody(body: string): string {
  const parsed = parseJson(body);
  const root = asObject(Array.isArray(parsed) ? parsed[0] : parsed);
  return clip(asString(asObject(root["error"])["message"]) || body);
}

function describeUsageLimit({ planType, resetsAt }: Extract<ModelFailure, { kind: "usageLimit" }>, now: Date): string {
  const plan = planType === null ? "" : ` of the plan \`${planType}\``;
  const when = resetsAt === null ? "later" : `at ${formatReset(new Date(resetsAt * 1000), now)}`;
  return `The usage limit${plan} is reached. Try again ${when}.`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `3:05 PM` on the same day, else `Dec 24th, 2025 3:05 PM`, in local time. */
function formatReset(at: Date, now: Date): string {
  const minutes = String(at.getMinutes()).padStart(2, "0");
  const time = `${at.getHours() % 12 || 12}:${minutes} ${at.getHours() < 12 ? "AM" : "PM"}`;
  if (at.toDateString() === now.toDateString()) return time;
  return `${MONTHS[at.getMonth()]} ${ordinal(at.getDate())}, ${at.getFullYear()} ${time}`;
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return `${day}th`;
  switch (day % 10) {
    case 1:
      return `${day}st`;
    case 2:
      return `${day}nd`;
    case 3:
      return `${day}rd`;
    default:
      return `${day}th`;
  }
}
