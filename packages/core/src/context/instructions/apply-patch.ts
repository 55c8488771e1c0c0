/** The format of patches. */
export const PATCH_FORMAT = `A patch is framed by two lines and holds any number of file sections:

*** Begin Patch
<file sections>
*** End Patch

Each section begins with one of three headers:

- \`*** Add File: <path>\` makes a file. Its lines come next, each with \`+\` in front.
- \`*** Delete File: <path>\` removes one, and is a section of a single line.
- \`*** Update File: <path>\` changes one. If it gets a new name as well, the next line is \`*** Move to: <new path>\`. One or more chunks follow.

A chunk begins with \`@@\` and shows old and new lines; the first character of a line says which it is:

- a space: a line that stays, there to find the place
- \`-\`: a line that goes
- \`+\`: a line that comes

Finding the place:

- Give about three unchanged lines before and after each change. Chunks of one file stand in the order of the file; lines between two close changes appear once.
- If those lines occur more than once, name what encloses the place behind the marker: \`@@ class Parser\`. Several markers, each on its own line, narrow it down further: \`@@ class Parser\` and then \`@@     def read(self):\`.
- \`*** End of File\` after a chunk ties it to the file's end.
- Old lines have to match the file, including indentation. There are no line numbers.

Paths are relative to the working directory, never absolute.

One patch that adds a file, renames and changes a second and removes a third:

*** Begin Patch
*** Add File: docs/limits.md
+# Limits
+
+One request at a time.
*** Update File: src/server.py
*** Move to: src/http_server.py
@@ class Server
@@     def accept(self):
         connection = self.socket.accept()
-        self.handle(connection)
+        with self.limit:
+            self.handle(connection)
         connection.close()
*** Delete File: src/old_server.py
*** End Patch`;

/** How to edit files, for models that were not taught the format and are offered no tool for it. */
export const APPLY_PATCH_INSTRUCTIONS = `# Editing files with apply_patch

Edit files with \`apply_patch\`. It takes one text, the patch, and applies all of it or nothing.

${PATCH_FORMAT}

Where no tool of that name is offered, run it as a command through the shell tool, with the patch as its single argument:

{"command":["apply_patch","*** Begin Patch\\n*** Add File: hello.txt\\n+Hello\\n*** End Patch\\n"]}`;
