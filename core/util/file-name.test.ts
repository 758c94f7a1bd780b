import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeFileName } from './file-name.ts';

describe('file names for a disk', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../../etc/passwd', 'passwd'],
    ['..\\..\\autoexec.bat', 'autoexec.bat'],
    ['C:\\Users\\me\\a.txt', 'a.txt'],
    ['/etc/', 'attachment'],
    ['', 'attachment'],
    ['...', 'attachment'],
    ['.bashrc', 'bashrc'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['a\0b\nc\td.txt', 'abcd.txt'],
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['COM1.log', '_COM1.log'],
    ['console.txt', 'console.txt'],
    ['what? <no>: "yes"|*.txt', 'what_ _no__ _yes___.txt'],
    ['  spaced   out . ', 'spaced out'],
    ['Rechnung Größe.pdf', 'Rechnung Größe.pdf'],
    ['e\u0301te\u0301.txt', 'été.txt'],
    [`${'long'.repeat(100)}.pdf`, `${'long'.repeat(29)}.pdf`],
    ['\ud83d.txt', 'txt'],
  ])('%j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  it('never names another place, nor nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const safe = safeFileName(name);
        expect(safe).not.toBe('');
        expect(safe).not.toMatch(/[/\\\p{Cc}\u202a-\u202e]|^\.|\.$/u);
        expect(Array.from(safe).length).toBeLessThanOrEqual(121);
      }),
    );
  });
});
