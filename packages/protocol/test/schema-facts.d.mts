export type Facts = string | readonly Facts[] | { readonly [member: string]: Facts };

export function factsOfAll(definitions: unknown): Record<string, Facts>;
