import type { AnswerKind } from '../state/answer.ts';
import type { Mail } from '../state/mail.svelte.ts';
import type { Shelf } from '../state/place.ts';
import type { Shortcut } from '../state/shortcuts.svelte.ts';

export interface MailActions {
  readonly mail: Mail;
  readonly move: (by: number, extend?: boolean) => void;
  readonly read: () => void;
  readonly back: () => void;
  readonly print: () => void;
  readonly tag: () => void;
  readonly compare: () => void;
  readonly answer: (kind: AnswerKind) => void;
  readonly go: (shelf: Shelf) => void;
  readonly loginUser: () => string | undefined;
}

/** The keys of the Mail view. */
export function mailShortcuts(actions: MailActions): readonly Shortcut[] {
  const { mail, move, read, back, print, tag, answer, go, loginUser } = actions;
  const { selection } = mail;
  const group = 'Mail';
  const isStarred = () =>
    selection.isEverything
      ? false
      : mail.list.run.rows.some((row) => selection.ids.has(row.id) && row.isStarred);

  const goToInbox = () => {
    const name = loginUser();
    go(name === undefined ? { kind: 'all' } : { kind: 'mailbox', name });
  };

  return [
    { group, keys: ['j', 'ArrowDown'], what: 'Next message', run: move.bind(null, 1) },
    { group, keys: ['k', 'ArrowUp'], what: 'Previous message', run: move.bind(null, -1) },
    { group, keys: ['J', 'Shift+ArrowDown'], what: 'Select the next one too', run: move.bind(null, 1, true) },
    {
      group,
      keys: ['K', 'Shift+ArrowUp'],
      what: 'Select the previous one too',
      run: move.bind(null, -1, true),
    },
    {
      group,
      keys: ['x'],
      what: 'Select or leave out',
      run: () => {
        if (selection.current !== undefined) selection.toggle(selection.current);
      },
    },
    {
      group,
      keys: ['Mod+a'],
      what: 'Select all that is loaded, again: everything',
      run: selection.all.bind(selection),
    },
    { group, keys: ['o', 'Enter'], what: 'Read', run: read },
    {
      group,
      keys: ['Escape'],
      what: 'Back to the list, clear the selection',
      run: () => {
        selection.clear();
        back();
      },
    },
    { group, keys: ['e', 'Delete', '#'], what: 'Delete', run: mail.act.bind(mail, { kind: 'remove' }) },
    {
      group,
      keys: ['u'],
      what: 'Mark as unread',
      run: mail.act.bind(mail, { kind: 'unread' }),
    },
    {
      group,
      keys: ['s'],
      what: 'Star, or take the star away',
      run: () => {
        mail.act({ kind: isStarred() ? 'unstar' : 'star' });
      },
    },
    { group, keys: ['t'], what: 'Tag', run: tag },
    {
      group,
      keys: ['v'],
      what: 'Group by conversation, or not',
      run: () => {
        mail.group(!mail.list.isThreaded);
      },
    },
    { group, keys: ['='], what: 'Compare the two that are selected', run: actions.compare },
    { group, keys: ['['], what: 'The tab before', run: mail.reader.step.bind(mail.reader, -1) },
    { group, keys: [']'], what: 'The next tab', run: mail.reader.step.bind(mail.reader, 1) },
    { group, keys: ['r'], what: 'Reply', run: answer.bind(null, 'reply') },
    { group, keys: ['a'], what: 'Reply to all', run: answer.bind(null, 'all') },
    { group, keys: ['f'], what: 'Forward', run: answer.bind(null, 'forward') },
    { group, keys: ['Mod+p'], what: 'Print the message', run: print },
    { group, keys: ['g i'], what: 'Your mailbox', run: goToInbox },
    { group, keys: ['g *'], what: 'Starred', run: go.bind(null, { kind: 'starred' }) },
    { group, keys: ['g u'], what: 'Unread', run: go.bind(null, { kind: 'unread' }) },
  ];
}
