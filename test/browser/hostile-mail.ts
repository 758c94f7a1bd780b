/** Mail made to do harm: everything that HTML, SVG, CSS and MIME can ask of a reader, pointing at one server. */

/** What must never happen, as script: it says so to every window that listens. */
const script = (base: string) =>
  `parent.postMessage('ran','*');top.document.title='ran';fetch('${base}/ran')`;

const EVENTS =
  'onload onerror onclick onfocus onblur onmouseover onmouseenter onpointerover onanimationstart ontransitionend ontoggle onbegin onend onscroll onresize onbeforeunload onpageshow onwheel oncopy onpaste oninput onchange oncanplay onloadstart onplay onstart onfinish'.split(
    ' ',
  );

/** Script in every attribute that a browser may take one from. */
const attributes = (base: string) => {
  const handlers = EVENTS.map((name) => `${name}="${script(base).replaceAll("'", '&#39;')}"`).join(' ');
  const urls = [
    'href',
    'src',
    'action',
    'formaction',
    'data',
    'poster',
    'background',
    'xlink:href',
    'srcdoc',
    'cite',
    'longdesc',
    'usemap',
    'manifest',
    'code',
    'archive',
    'dynsrc',
    'lowsrc',
    'ping',
    'profile',
    'classid',
    'codebase',
    'folder',
    'from',
    'to',
    'values',
    'by',
  ];
  const schemes = [
    'javascript:',
    ' java\tscript:',
    '&#106;avascript:',
    'vbscript:',
    'data:text/html,<script>',
    'JaVaScRiPt:',
    '\u0001javascript:',
  ];
  const elements = [
    'a',
    'img',
    'iframe',
    'embed',
    'object',
    'form',
    'button',
    'input',
    'video',
    'audio',
    'source',
    'area',
    'base',
    'link',
    'body',
    'table',
    'math',
    'svg',
    'animate',
    'set',
    'use',
    'image',
    'feimage',
    'marquee',
    'details',
    'frame',
    'isindex',
    'applet',
  ];
  return elements
    .map((element) => {
      const all = urls.map(
        (name, i) => `${name}="${schemes[i % schemes.length] ?? ''}${script(base).replaceAll('"', '')}"`,
      );
      return `<${element} ${handlers} ${all.join(' ')} autofocus contenteditable tabindex=0>x</${element}>`;
    })
    .join('\n');
};

const drawings = (base: string) => `
<svg onload="${script(base)}"><script>${script(base)}</script><script href="${base}/svg.js"/>
<image href="${base}/svg-image"/><image xlink:href="${base}/svg-xlink"/><use href="${base}/use.svg#a"/>
<a href="javascript:${script(base)}"><text>t</text></a><animate attributeName="href" values="javascript:${script(base)}"/>
<set attributeName="onmouseover" to="${script(base)}"/><foreignObject><iframe src="${base}/foreign"></iframe><body onload="${script(base)}"></foreignObject>
<style>@import url(${base}/svg-import)</style><filter><feImage href="${base}/feimage"/></filter><handler>${script(base)}</handler></svg>
<math href="javascript:${script(base)}"><mtext><style><img src=x onerror="${script(base)}"></style></mtext><annotation-xml encoding="text/html"><script>${script(base)}</script></annotation-xml></math>`;

const styles = (base: string) => `
<style>@import "${base}/import1"; @import/**/url(${base}/import2); @\\69mport "${base}/import3";
@font-face{font-family:f;src:url(${base}/font)} @namespace url(${base}/ns);
body{font-family:f;background:url(${base}/bg);background:u\\72l(${base}/escaped);background-image:\\75\\72\\6c(${base}/escaped2);
list-style:url("${base}/list");cursor:url(${base}/cursor),auto;border-image:url(${base}/border);mask:url(${base}/mask);
background:image-set("${base}/set1" 1x, url(${base}/set2) 2x);filter:url(${base}/filter#x);
behavior:url(${base}/htc);-moz-binding:url(${base}/xbl);width:expression(${script(base)});--x:url(${base}/var);shape-outside:url(${base}/shape)}
p::before{content:url(${base}/before)} hr{content:url(${base}/content)} input[value^="a"]{background:url(${base}/leak-a)}
@media (min-width:1px){body{background:url(${base}/media)}} @supports (color:red){div{background:url(${base}/supports)}}
</style><style>@import url(${base}/open
</style><hr><div style="background:url('${base}/style1');background:u\\rl(${base}/style2);x:expression(${script(base)})">s</div>
<link rel=stylesheet href="${base}/link"><link rel="preload prefetch dns-prefetch preconnect modulepreload icon manifest" href="${base}/rel" as=image>`;

const frames = (base: string) => `
<base href="${base}/base/"><base target="_top"><meta http-equiv=refresh content="0;url=${base}/refresh"><meta http-equiv="set-cookie" content="a=b">
<meta http-equiv="content-security-policy" content="default-src *"><iframe src="${base}/iframe"></iframe>
<iframe srcdoc="&lt;script&gt;${script(base)}&lt;/script&gt;"></iframe><object data="${base}/object" type="text/html"></object>
<embed src="${base}/embed"><applet code="${base}/applet"></applet><frameset><frame src="${base}/frame"></frameset>
<portal src="${base}/portal"></portal><fencedframe></fencedframe><noscript><img src="${base}/noscript"></noscript>
<template><img src="${base}/template"></template><xmp><img src="${base}/xmp"></xmp><noembed><img src="${base}/noembed"></noembed>
<form action="${base}/form" method=post><input name=a value=b><input type=image src="${base}/input-image"><button autofocus>s</button></form>
<form id=f action="${base}/form2"></form><button form=f formaction="${base}/formaction">b</button>
<video autoplay src="${base}/video" poster="${base}/poster"><source src="${base}/source"><track default src="${base}/track"></video>
<audio autoplay src="${base}/audio"></audio><picture><source srcset="${base}/srcset1 1x, ${base}/srcset2 2x"><img src="${base}/img"></picture>
<img src="//127.0.0.1:${new URL(base).port}/protocol-relative"><img src="\t${base}/blanks"><img src="ht&#116;p://127.0.0.1:${new URL(base).port}/entity">
<img srcset="${base}/img-srcset" sizes=1px><table background="${base}/table"><tr><td background="${base}/td">c</td></tr></table>
<a ping="${base}/ping" href="${base}/followed" id=go>go</a><script src="${base}/script"></script><script>${script(base)}</script>
<![CDATA[<script>${script(base)}</script>]]><!--[if IE]><img src="${base}/conditional"><![endif]--><?xml-stylesheet href="${base}/pi"?>
<img src="cid:../../../source"><img src="cid:%2e%2e/%2e%2e/api/status"><img src="/api/status"><img src="cid:1@x?download">`;

export interface HostileMail {
  readonly name: string;
  readonly raw: string;
}

const html = (subject: string, body: string) =>
  [
    'From: a@b.test',
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    wrap(body),
    '',
  ].join('\r\n');
const wrap = (text: string) =>
  (
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n');

const READ = '<p id="read">Readable all the same</p>';

/** Each must be shown, or said why not, with nothing run and nothing fetched. */
export function hostileMail(base: string): readonly HostileMail[] {
  return [
    { name: 'attributes', raw: html('attributes', `${READ}${attributes(base)}`) },
    { name: 'drawings', raw: html('drawings', `${READ}${drawings(base)}`) },
    { name: 'styles', raw: html('styles', `${READ}${styles(base)}`) },
    { name: 'frames', raw: html('frames', `${READ}${frames(base)}`) },
    {
      name: 'broken off',
      raw: html('broken off', `${READ}<img src=x onerror='${script(base)}' <script>${script(base)}//`),
    },
    {
      name: 'as XML',
      raw: html(
        'as XML',
        `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>${READ}<script>//<![CDATA[\n${script(base)}\n//]]></script></body></html>`,
      ),
    },
    {
      name: 'in UTF-7',
      raw: html('in UTF-7', `${READ}+ADw-script+AD4-${script(base)}+ADw-/script+AD4-`).replace(
        'charset=utf-8',
        'charset=utf-7',
      ),
    },
  ];
}

/** 10,000 parts, as many names that turn the direction of text. */
export function manyParts(count: number): string {
  const part = (i: number) =>
    `--b\r\nContent-Type: application/octet-stream; name="\u202egpj.${i}.exe"\r\nContent-Disposition: attachment; filename*=UTF-8''%E2%80%AEgpj.${i}.exe\r\n\r\nx\r\n`;
  return `From: a@b.test\r\nSubject: many parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${Array.from({ length: count }, (_, i) => part(i)).join('')}--b--\r\n`;
}

/** `bytes` of HTML: rows of a table, as newsletters are. */
export function largeHtml(bytes: number): string {
  const row =
    '<tr><td style="padding:4px;color:#333">Some words in a cell <b>and more</b></td><td>12.00</td></tr>\n';
  return html('large HTML', `${READ}<table>${row.repeat(Math.ceil(bytes / row.length))}</table>`);
}

export function largeAttachment(bytes: number): string {
  return [
    'From: a@b.test',
    'Subject: large attachment',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'The file is attached.',
    '--b',
    'Content-Type: application/zip; name="big.zip"',
    'Content-Disposition: attachment; filename="big.zip"',
    'Content-Transfer-Encoding: base64',
    '',
    `${'QUFB'.repeat(19)}\r\n`.repeat(Math.ceil(bytes / 78)),
    '--b--',
    '',
  ].join('\r\n');
}
