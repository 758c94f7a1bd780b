import { expect, it } from 'vitest';
import { openRequestOfUrl, openRequests } from './open-request.ts';

it.each([
  ['sandpost://message/17', { kind: 'message', name: '17' }],
  ['sandpost:message/4F1B2A', { kind: 'message', name: '4F1B2A' }],
  ['SANDPOST://Message/4bXyz_1/', { kind: 'message', name: '4bXyz_1' }],
  ['sandpost://queue/4F1B2A', { kind: 'place', hash: '#/queue/4F1B2A' }],
  ['sandpost://mailbox/a%2Fb', { kind: 'place', hash: '#/mail/mailbox/a%2Fb' }],
  ['sandpost://config/main.cf', { kind: 'place', hash: '#/config/main.cf' }],
  ['sandpost://app/', undefined],
  ['sandpost://app/index.html', undefined],
  ['sandpost://message/1/2', undefined],
  ['sandpost://message/..%2F1', undefined],
  ['sandpost://message/%', undefined],
  ['sandpost://constructor/x', undefined],
  ['https://message/17', undefined],
])('%s', (url, request) => {
  expect(openRequestOfUrl(url)).toEqual(request);
});

it('finds links and files among the arguments of a start', () => {
  const args = [
    '--no-sandbox',
    '--http=127.0.0.1:0',
    'mails/Hello There.EML',
    '/a/b.eml',
    'sandpost://message/1',
    '.',
  ];
  expect(openRequests(args, '/home/me')).toEqual([
    { kind: 'file', path: '/home/me/mails/Hello There.EML' },
    { kind: 'file', path: '/a/b.eml' },
    { kind: 'message', name: '1' },
  ]);
});
