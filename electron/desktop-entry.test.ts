import { expect, it } from 'vitest';
import { desktopEntry } from './desktop-entry.ts';

it('quotes what it starts', () => {
  const entry = desktopEntry({ command: ['/opt/My "App"/100%', '--hidden', '$HOME'] });
  expect(entry).toContain('Exec="/opt/My \\\\"App\\\\"/100%%" "--hidden" "\\\\$HOME"\n');
  expect(entry).not.toContain('MimeType');
});

it('names what it opens', () => {
  const entry = desktopEntry({
    command: ['/a'],
    field: '%u',
    mimeTypes: ['x-scheme-handler/sandpost', 'message/rfc822'],
  });
  expect(entry).toContain('Exec="/a" %u\n');
  expect(entry).toContain('MimeType=x-scheme-handler/sandpost;message/rfc822;\n');
});
