import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveredForm, withLf } from '../mail/delivered-form.ts';

describe('the delivered form', () => {
  it('is the header after cleanup, an empty line, and the body with LF', () => {
    const raw = Buffer.from('A: b\r\n\r\none\r\ntwo\r\r\n\rthree\r');
    const content = { raw, bodyOffset: 8, body: null, header: Buffer.from('Received: x\nA: b\n') };
    expect(deliveredForm(content).toString()).toBe('Received: x\nA: b\n\none\ntwo\r\n\rthree\r');
    expect(deliveredForm(content, 'Return-Path: <>\n').toString()).toMatch(/^Return-Path: <>\nReceived: x\n/);
  });

  it('has the changed body where cleanup changed it', () => {
    const content = {
      raw: Buffer.from('A: b\r\n\r\nold'),
      bodyOffset: 8,
      body: Buffer.from('new\n'),
      header: Buffer.from('A: b\n'),
    };
    expect(deliveredForm(content).toString()).toBe('A: b\n\nnew\n');
  });

  it('reads CRLF as LF and leaves every other byte alone', () => {
    const bytes = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'a', '\xff')).map((list) => list.join(''));
    fc.assert(
      fc.property(bytes, (text) => {
        const source = Buffer.from(text, 'latin1');
        expect(withLf(source).toString('latin1')).toBe(text.replaceAll('\r\n', '\n'));
        expect(source.toString('latin1')).toBe(text);
      }),
    );
  });
});
