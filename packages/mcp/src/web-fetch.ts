/** The platform's `fetch`, as far as it is used here: one that knows the way through proxies can stand in for it. */
export type WebFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;
