// Makes text from outside safe to display: terminals obey control characters, and bidirectional
// ones make a line read as another (Unicode TR 36 section 2). Promise: what is escaped can be
// distinguished from what was sent, and JSON stays the same JSON.

/**
 * Controls, formats (bidirectional, zero width, tags), line and paragraph ends, lone surrogates.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function codeUnits(text: string): string {
  return Array.from(
    { length: text.length },
    (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
}

/** Text in which every unsafe character is a `\u` escape, and every backslash is doubled. */
export function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replace(unsafe, codeUnits);
}

/** The same for finished JSON without line ends: its backslashes are escapes already. */
export function escapeJson(json: string): string {
  return json.replace(unsafe, codeUnits);
}
