/** What models look at: more pixels cost time with each request and tell them nothing. Source: engine spec, section 3.6. */
export const MAX_WIDTH = 2_048;
export const MAX_HEIGHT = 768;

/** Whether an image is as small as it should be. */
export function fits({ width, height }: { readonly width: number; readonly height: number }): boolean {
  return width <= MAX_WIDTH && height <= MAX_HEIGHT;
}
