import { isRecord } from "../is-record.ts";

/** One thing that a reviewer found. */
export interface ReviewFinding {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Null when the reviewer named none. */
  readonly location: { readonly path: string; readonly startLine: number; readonly endLine: number } | null;
}

/** What a reviewer has answered. */
export interface ReviewOutput {
  readonly explanation: string;
  readonly findings: readonly ReviewFinding[];
}

/**
 * Reads a reviewer's answer: the JSON object it was asked for, also where other text stands around it; anything else is
 * an explanation. Null when there is nothing in it. Source: app-server spec, section 10.
 */
export function parseReview(text: string): ReviewOutput | null {
  const output = decodeOutput(parseJson(text)) ?? decodeOutput(parseJson(embeddedObject(text)));
  const review = output ?? { explanation: text.trim(), findings: [] };
  return review.explanation === "" && review.findings.length === 0 ? null : review;
}

/** A review for people: the explanation, then the findings with their places. The frame is exact: clients show it. */
export function renderReview({ explanation, findings }: ReviewOutput): string {
  if (findings.length === 0) return explanation;
  return explanation === "" ? renderFindings(findings) : `${explanation}\n\n${renderFindings(findings)}`;
}

function renderFindings(findings: readonly ReviewFinding[]): string {
  const heading = findings.length === 1 ? "Review comment:" : "Full review comments:";
  return [heading, ...findings.map((finding) => `\n${renderFinding(finding)}`)].join("\n");
}

function renderFinding({ title, body, location }: ReviewFinding): string {
  const place = location === null ? "" : ` — ${location.path}:${location.startLine}-${location.endLine}`;
  const lines = body === "" ? [] : body.split("\n").map((line) => `  ${line}`);
  return [`- ${title}${place}`, ...lines].join("\n");
}

function embeddedObject(text: string): string {
  return text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no JSON: the next way of reading it is tried
  }
}

function decodeOutput(value: unknown): ReviewOutput | null {
  if (!isRecord(value)) return null;
  const { findings, overall_explanation: explanation } = value;
  if (!Array.isArray(findings) && typeof explanation !== "string") return null;
  return {
    explanation: typeof explanation === "string" ? explanation.trim() : "",
    findings: Array.isArray(findings) ? findings.flatMap((finding: unknown) => decodeFinding(finding) ?? []) : [],
  };
}

function decodeFinding(value: unknown): ReviewFinding | null {
  if (!isRecord(value) || typeof value["title"] !== "string") return null;
  const { title, body, code_location: location } = value;
  return { title, body: typeof body === "string" ? body.trimEnd() : "", location: decodeLocation(location) };
}

function decodeLocation(value: unknown): ReviewFinding["location"] {
  if (!isRecord(value) || typeof value["absolute_file_path"] !== "string") return null;
  const range = value["line_range"];
  if (!isRecord(range) || typeof range["start"] !== "number" || typeof range["end"] !== "number") return null;
  return { path: value["absolute_file_path"], startLine: range["start"], endLine: range["end"] };
}
