import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf } from '../mail/delivered-form.ts';
import { readCalendar } from './calendar.ts';
import { readCards } from './cards.ts';
import { decodedText } from './decode.ts';
import { parseStructure } from './structure.ts';
import { sampleContent } from './testing.ts';

const lines = (...text: readonly string[]) => text.join('\r\n');

describe('calendars', () => {
  it('reads an invitation', async () => {
    const content = sampleContent('calendar-invite.eml');
    const { parts } = await parseStructure(content);
    const part = parts.find(({ contentType }) => contentType === 'text/calendar');
    const calendar = part === undefined ? undefined : readCalendar(decodedText(part, bodyOf(content)));
    expect(calendar?.method).toBe('REQUEST');
    expect(calendar?.events).toHaveLength(1);
    expect(calendar?.events[0]?.summary).not.toBe('');
    expect(calendar?.events[0]?.start?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ?$/);
  });

  it('unfolds, unescapes, keeps zones, people and answers', () => {
    const calendar = readCalendar(
      lines(
        'BEGIN:VCALENDAR',
        'METHOD:REPLY',
        'BEGIN:VTIMEZONE',
        'TZID:Europe/Berlin',
        'BEGIN:STANDARD',
        'DTSTART:16010101T000000',
        'END:STANDARD',
        'END:VTIMEZONE',
        'BEGIN:VEVENT',
        'DTSTART;TZID="Europe/Berlin":20261122T140000',
        'DTEND;VALUE=DATE:20261123',
        'SUMMARY:Plan\\, then',
        '  do\\nit',
        'RRULE:FREQ=WEEKLY;COUNT=5',
        'ORGANIZER;CN="Doe: Jane":mailto:jane@app.test',
        'ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:bob@app.test',
        'BEGIN:VALARM',
        'DESCRIPTION:not the event',
        'END:VALARM',
        'END:VEVENT',
        'END:VCALENDAR',
      ),
    );
    expect(calendar).toEqual({
      method: 'REPLY',
      events: [
        {
          summary: 'Plan, then do\nit',
          location: '',
          description: '',
          start: { at: '2026-11-22T14:00', zone: 'Europe/Berlin' },
          end: { at: '2026-11-23', zone: '' },
          recurrence: 'FREQ=WEEKLY;COUNT=5',
          status: '',
          organizer: 'Doe: Jane <jane@app.test>',
          attendees: [{ name: 'bob@app.test', answer: 'ACCEPTED' }],
        },
      ],
    });
  });
});

describe('contacts', () => {
  it('reads versions 2.1 to 4.0', () => {
    const cards = readCards(
      lines(
        'BEGIN:VCARD',
        'VERSION:2.1',
        'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg',
        'TEL;HOME:+49 1',
        'END:VCARD',
        'begin:vcard',
        'FN:Robin Doe',
        'item1.EMAIL;TYPE=work,pref:robin@app.test',
        'TEL;VALUE=uri;TYPE=cell:tel:+1-555',
        'ADR:;;1 Main St;Town;;12345;Land',
        'ORG:App\\; Inc.;Mail',
        'PHOTO;ENCODING=b:AAAA',
        'end:vcard',
      ),
    );
    expect(cards).toEqual([
      { name: 'Müller, Jörg', fields: [{ label: 'Telephone (home)', value: '+49 1' }] },
      {
        name: 'Robin Doe',
        fields: [
          { label: 'Mail (work, pref)', value: 'robin@app.test' },
          { label: 'Telephone (cell)', value: '+1-555' },
          { label: 'Address', value: '1 Main St, Town, 12345, Land' },
          { label: 'Organization', value: 'App; Inc., Mail' },
        ],
      },
    ]);
  });
});

it('takes any text, and says that it is neither', () => {
  expect(readCalendar('Hello: there')).toBeUndefined();
  expect(readCards('BEGIN:VCARD')).toBeUndefined();
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('BEGIN:', 'END:', 'VEVENT', 'VCARD', 'VCALENDAR', '\r\n', ';', '"', ':', '=')),
      (words) => {
        const text = `BEGIN:VCALENDAR\r\n${words.join('')}`;
        expect(readCalendar(text)?.method).toBe('');
        readCards(text);
      },
    ),
  );
});
