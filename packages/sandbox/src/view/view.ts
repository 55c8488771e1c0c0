/** What a command shall see of the file system; real paths, each there. What is not named is visible and read-only. */
export interface View {
  readonly writable: readonly string[];
  /** Protected from changes; matters below writable folders only. */
  readonly readOnly: readonly string[];
  /** Folders of which nothing is visible but what is named here or writable. */
  readonly privateFolders: readonly PrivateFolder[];
  /** Not visible at all, whatever else is named below them. */
  readonly hiddenFolders: readonly string[];
  readonly hiddenFiles: readonly string[];
}

export interface PrivateFolder {
  readonly path: string;
  /** Children that stay visible, read-only. */
  readonly visible: readonly string[];
}
