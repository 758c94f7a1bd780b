/**
 * What mail clients support, as caniemail.com tested it (MIT licence). The data come with the package `caniemail`, of
 * which nothing else is used; nothing is asked of the network. Read when it is needed for the first time.
 */

export type Support = 'full' | 'partial' | 'none' | 'unknown';

export interface Feature {
  readonly slug: string;
  readonly title: string;
  readonly url: string;
  /** By client family, then by platform: what the last tested version supports, with the notes on it. */
  readonly families: Readonly<Record<string, readonly PlatformSupport[]>>;
}

export interface PlatformSupport {
  /** `Desktop Webmail`, `iOS`. */
  readonly platform: string;
  readonly support: Support;
  readonly notes: readonly string[];
}

export interface SupportData {
  /** `2026-05-13` */
  readonly date: string;
  readonly features: readonly Feature[];
  /** Names of families: `gmail` is `Gmail`. */
  readonly families: Readonly<Record<string, string>>;
}

interface RawFeature {
  readonly slug: string;
  readonly title: string;
  readonly url: string;
  readonly stats: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  readonly notes_by_num: Readonly<Record<string, string>> | null;
}

interface RawData {
  readonly last_update_date: string;
  readonly nicenames: {
    readonly family: Readonly<Record<string, string>>;
    readonly platform: Readonly<Record<string, string>>;
  };
  readonly data: readonly RawFeature[];
}

const SUPPORT: Readonly<Record<string, Support>> = { y: 'full', a: 'partial', n: 'none', u: 'unknown' };

function toFeature(raw: RawFeature, platforms: Readonly<Record<string, string>>): Feature {
  const families = Object.entries(raw.stats).map(([family, byPlatform]) => {
    const supports = Object.entries(byPlatform).map(([platform, versions]): PlatformSupport => {
      // Versions are listed from the oldest on: `y #1 #2`.
      const [letter = 'u', ...notes] = (Object.values(versions).at(-1) ?? 'u').split(' ');
      return {
        platform: platforms[platform] ?? platform,
        support: SUPPORT[letter] ?? 'unknown',
        notes: notes.flatMap((note) => raw.notes_by_num?.[note.replace('#', '')] ?? []),
      };
    });
    return [family, supports] as const;
  });
  return { slug: raw.slug, title: raw.title, url: raw.url, families: Object.fromEntries(families) };
}

let loaded: Promise<SupportData> | undefined;

export function supportData(): Promise<SupportData> {
  loaded ??= import('caniemail/caniemail.json', { with: { type: 'json' } }).then(({ default: json }) => {
    const raw = json as RawData;
    return {
      date: raw.last_update_date.slice(0, 10),
      families: raw.nicenames.family,
      features: raw.data.map((feature) => toFeature(feature, raw.nicenames.platform)),
    };
  });
  return loaded;
}
