/**
 * Desktop entries for systems that start programs by such files: at login, and for links. Quoting after the Desktop Entry
 * Specification 1.5, "The Exec key". Pure.
 */

/** `%` would be a field code; the characters that are special between quotes have a backslash, doubled in the file. */
function quote(word: string): string {
  const escaped = word.replace(/["`$\\]/g, (sign) => (sign === '\\' ? '\\\\\\\\' : `\\\\${sign}`));
  return `"${escaped.replaceAll('%', '%%')}"`;
}

export interface DesktopEntry {
  readonly command: readonly string[];
  /** The field code of what it is given: %u. */
  readonly field?: string;
  readonly mimeTypes?: readonly string[];
}

export function desktopEntry({ command, field, mimeTypes }: DesktopEntry): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Sandpost',
    'Comment=A mail server that never sends',
    `Exec=${[...command.map(quote), ...(field === undefined ? [] : [field])].join(' ')}`,
    'Terminal=false',
    'Categories=Development;',
    ...(mimeTypes === undefined ? [] : [`MimeType=${mimeTypes.join(';')};`, 'NoDisplay=true']),
    '',
  ].join('\n');
}
