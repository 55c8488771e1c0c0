/** Shows an address in the person's browser. Where there is none nothing happens: the address is printed as well. */
export async function openBrowser(url: string): Promise<void> {
  try {
    const { default: open } = await import("open");
    const child = await open(url);
    child.on("error", () => {});
  } catch {
    // Nothing that opens addresses is installed.
  }
}
