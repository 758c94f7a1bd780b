import { expect, it } from 'vitest';
import { countText, tooltipOf, trayEntries } from './tray-content.ts';

const row = (id: number, subject: string, isRead = false) => ({
  id,
  subject,
  from: 'Shop <noreply@shop.test>',
  fates: [],
  isRead,
});
const messages = (recent: readonly ReturnType<typeof row>[]) =>
  trayEntries({ unread: 0, recent }, true).filter(({ kind }) => kind === 'message');

it('lists the newest mail with who wrote it, the unread marked, and no key marks', () => {
  expect(messages([row(2, 'Q&A'), row(1, '', true)])).toEqual([
    { kind: 'message', id: 2, label: '• Q&&A — Shop' },
    { kind: 'message', id: 1, label: '(no subject) — Shop' },
  ]);
  expect(messages(Array.from({ length: 30 }, (_, at) => row(30 - at, 'x')))).toHaveLength(8);
  const [long] = messages([row(1, 'x'.repeat(500), true)]);
  expect(long).toMatchObject({ label: `${'x'.repeat(55)}…` });
});

it('says how much is unread, and offers the rest even when there is no mail', () => {
  expect(
    trayEntries({ unread: 0, recent: [] }, false).map((entry) => ('label' in entry ? entry.label : '-')),
  ).toEqual(['Nothing unread', '-', 'Open Sandpost', 'Notifications', 'Settings…', '-', 'Quit Sandpost']);
  expect(trayEntries({ unread: 3, recent: [] }, false)[0]).toEqual({ kind: 'note', label: '3 unread' });
  expect([tooltipOf(0), tooltipOf(12), countText(1_000)]).toEqual([
    'Sandpost',
    'Sandpost: 12 unread',
    '999+',
  ]);
});
