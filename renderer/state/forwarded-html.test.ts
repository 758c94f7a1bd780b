import { describe, expect, it } from 'vitest';
import { forwardedHtml, shownIds, withNote } from './forwarded-html.ts';

const FRONT =
  '<!--note--><!--/note-->\n<div>---------- Forwarded message ----------<br>\nFrom: A &lt;a@b&gt;</div>\n<br>\n';
const told = ['From: A <a@b>'];

describe('forwardedHtml', () => {
  it.each([
    ['<p>Hi</p>', 0],
    ['plain < words', 0],
    ['<!DOCTYPE html><html><head><title><body></title></head><BODY class="a>b">', 73],
    ['<html><head><style>p > a{}</style></head>Hi', 41],
    ['<html><!--[if mso]><body><![endif]--><meta x=1><body>', 53],
    ['<p>Hi</p><body>', 0],
    ['<html><!-- never ends <body>', 6],
    ['<html><title>never ends <body>', 6],
    [`<html><body title='never ends>`, 6],
    [`<body don't>Hi`, 12],
  ])('puts in front of what is shown, and nothing else changes: %s', (html, at) => {
    expect(forwardedHtml(html, told)).toBe(`${html.slice(0, at)}${FRONT}${html.slice(at)}`);
  });

  it('takes no longer for HTML that was made to take long', () => {
    const started = performance.now();
    for (const part of ['<!--', '<title>', '<a ="', `<a =' `, '<meta ', '<', '<meta ="">'])
      forwardedHtml(part.repeat(100_000), told);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('withNote', () => {
  const html = forwardedHtml('<body><p>Hi</p>', told);
  const text = (note: string) => `${note}\n\n---------- Forwarded message ----------\nFrom: a@b\n\nHi`;

  it('says in HTML what is written in front of the forwarded text, and again when that changes', () => {
    const once = withNote(html, text('See <below>\nand\n\nbye'));
    expect(once).toContain(
      '<body><!--note--><p>See &lt;below&gt;<br>\nand</p>\n<p>bye</p><!--/note-->\n<div>',
    );
    expect(withNote(once, text(''))).toBe(html);
  });

  it('leaves HTML alone that has no place for it', () => {
    expect(withNote('<p>Mine</p>', 'Hello')).toBe('<p>Mine</p>');
  });

  it('finds its own place in a message that was forwarded before', () => {
    const again = forwardedHtml(`<head><!--note--></head>${withNote(html, text('First'))}`, told);
    expect(again.split('<!--note-->')).toHaveLength(2);
    expect(withNote(again, text('Second'))).toContain('<p>Second</p><!--/note-->');
    expect(again).toContain('<p>First</p>');
  });
});

it('knows what is shown by Content-ID, however it is written', () => {
  const html = `<img src="cid:Logo@x"><img src=CID:a%20b><p style="background:url(cid:c&amp;d)">cid:100%</p>`;
  expect([...shownIds(html)]).toEqual(['logo@x', 'a%20b', 'a b', 'c&d', '100%']);
});
