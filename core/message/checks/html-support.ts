/** How well mail clients show an HTML document: each feature that it uses, with the line, and a score by client family. */
import { createLocator } from './finding.ts';
import { documentMarks, type Marked, type Marks } from './document-marks.ts';
import { marksOf } from './feature-marks.ts';
import { supportData, type Feature, type PlatformSupport, type Support } from './support-data.ts';

export interface FamilyScore {
  readonly name: string;
  /** 0 to 100: full support counts one, partial a half. */
  readonly score: number;
  readonly unsupported: number;
  readonly partial: number;
}

export interface FeatureUse {
  readonly title: string;
  readonly url: string;
  readonly count: number;
  /** From 1, in the decoded HTML. */
  readonly line: number;
  readonly excerpt: string;
  /** Families that do not support it in full; the worst first. */
  readonly families: readonly {
    readonly name: string;
    readonly support: Support;
    /** Only where platforms differ: `Android, iOS`. */
    readonly where: string;
    readonly notes: readonly string[];
  }[];
}

export interface HtmlSupport {
  /** Of the data: `2026-05-13`. */
  readonly date: string;
  /** The worst first. */
  readonly families: readonly FamilyScore[];
  /** Those that some client does not support in full; the worst first. */
  readonly features: readonly FeatureUse[];
  /** Features that all clients support. */
  readonly supported: number;
}

interface Use {
  readonly feature: Feature;
  readonly marked: Marked;
}

/** More HTML is not read for this. */
const MOST_HTML = 2 * 1024 * 1024;
const WORTH: Readonly<Record<Support, number | undefined>> = {
  full: 1,
  partial: 0.5,
  none: 0,
  unknown: undefined,
};
const ORDER: Readonly<Record<Support, number>> = { none: 0, partial: 1, full: 2, unknown: 3 };

function usesIn(features: readonly Feature[], marks: Marks): readonly Use[] {
  return features.flatMap((feature): readonly Use[] => {
    const found = (marksOf(feature) ?? []).flatMap((mark) => marks.get(mark) ?? []);
    if (found.length === 0) return [];
    const at = Math.min(...found.map((one) => one.at));
    return [{ feature, marked: { at, count: found.reduce((sum, one) => sum + one.count, 0) } }];
  });
}

/** 0 to 1; undefined when nothing is known of it. */
function worthOf(platforms: readonly PlatformSupport[]): number | undefined {
  const known = platforms.flatMap(({ support }) => WORTH[support] ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, worth) => sum + worth, 0) / known.length;
}

const supportOf = (worth: number): Support => (worth === 1 ? 'full' : worth === 0 ? 'none' : 'partial');

function scoreOf(family: string, name: string, uses: readonly Use[]): FamilyScore | undefined {
  const worths = uses.flatMap(({ feature }) => worthOf(feature.families[family] ?? []) ?? []);
  if (worths.length === 0) return undefined;
  return {
    name,
    score: Math.round((100 * worths.reduce((sum, worth) => sum + worth, 0)) / worths.length),
    unsupported: worths.filter((worth) => worth === 0).length,
    partial: worths.filter((worth) => worth > 0 && worth < 1).length,
  };
}

function lacking(feature: Feature, names: Readonly<Record<string, string>>): FeatureUse['families'] {
  return Object.entries(feature.families)
    .flatMap(([family, platforms]) => {
      const worth = worthOf(platforms);
      if (worth === undefined || worth === 1) return [];
      const bad = platforms.filter(({ support }) => support === 'none' || support === 'partial');
      const isEverywhere = bad.length === platforms.length;
      return [
        {
          name: names[family] ?? family,
          support: supportOf(worth),
          where: isEverywhere ? '' : bad.map(({ platform }) => platform).join(', '),
          notes: [...new Set(bad.flatMap(({ notes }) => notes))],
        },
      ];
    })
    .sort((a, b) => ORDER[a.support] - ORDER[b.support]);
}

export async function htmlSupport(html: string): Promise<HtmlSupport> {
  const { date, features, families } = await supportData();
  const text = html.slice(0, MOST_HTML);
  const uses = usesIn(features, await documentMarks(text));
  const locate = createLocator(text);
  const used = uses
    .map(({ feature, marked }): FeatureUse => ({
      title: feature.title,
      url: feature.url,
      count: marked.count,
      ...locate(marked.at),
      families: lacking(feature, families),
    }))
    .filter((use) => use.families.length > 0);
  const badness = (use: FeatureUse) => use.families.filter(({ support }) => support === 'none').length;
  return {
    date,
    families: Object.entries(families)
      .flatMap(([family, name]) => scoreOf(family, name, uses) ?? [])
      .sort((a, b) => a.score - b.score || a.name.localeCompare(b.name)),
    features: used.sort((a, b) => badness(b) - badness(a) || b.families.length - a.families.length),
    supported: uses.length - used.length,
  };
}
