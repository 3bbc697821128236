import type { Random } from '../random.js';

/** All of it is invented: a town that lies where no town is. */
export const TOWN_NAME = 'Brindlemere';
export const RIVER_NAME = 'River Sallow';
export const LAKE_NAME = 'Tarnwater';
export const RING_NAME = 'Ring Motorway';

export const DISTRICT_NAMES = [
  'Old Quay',
  'Northfield',
  'Kilnside',
  'Gorsehill',
  'Sallow Bank',
  'Eastmarsh',
  'Millgate',
  'Westerly',
];
export const VILLAGE_NAMES = ['Corran Point', 'Little Thrift', 'Upper Wend'];
export const PARK_NAMES = ['Lantern Park', 'Wren Gardens', 'Tillers Common', 'Heron Green', 'Quarry Park'];
export const WOOD_NAMES = ['Hollin Wood', 'Burrow Wood', 'Tern Copse', 'Fallow Wood'];
export const INDUSTRY_NAMES = ['Eastmarsh Works', 'Kiln Yard'];

const STEMS = [
  ...[
    'Alder',
    'Amber',
    'Anchor',
    'Arch',
    'Aspen',
    'Barley',
    'Beacon',
    'Bellows',
    'Birch',
    'Bramble',
    'Brook',
    'Candle',
    'Carter',
  ],
  ...['Cedar', 'Chalk', 'Clover', 'Cooper', 'Copper', 'Crane', 'Dial', 'Drover', 'Elder', 'Ember', 'Fennel', 'Ferry', 'Finch'],
  ...['Flint', 'Foundry', 'Garnet', 'Glover', 'Granary', 'Hazel', 'Heather', 'Hornbeam', 'Juniper', 'Kestrel', 'Ladder', 'Larch'],
  ...['Linden', 'Linnet', 'Maple', 'Marigold', 'Mason', 'Meadow', 'Nettle', 'Orchard', 'Osier', 'Pepper', 'Plover', 'Poplar'],
  ...[
    'Ropewalk',
    'Rowan',
    'Rush',
    'Saddler',
    'Sage',
    'Sexton',
    'Slate',
    'Sorrel',
    'Spindle',
    'Starling',
    'Swift',
    'Tallow',
    'Teasel',
  ],
];

const SUFFIXES = { primary: ['Road'], secondary: ['Road', 'Avenue'], residential: ['Street', 'Lane', 'Way', 'Row'] };

/** Hands out street names, none twice. */
export const streetNames = (random: Random): ((rank: keyof typeof SUFFIXES) => string) => {
  const stems = [...STEMS];
  let round = 0;
  return rank => {
    if (stems.length === 0) {
      // A second round of the same stems under other names: `North Alder Street`.
      stems.push(...STEMS.map(stem => `${['North', 'South', 'Upper', 'Lower'][round % 4]} ${stem}`));
      round += 1;
    }
    const stem = stems.splice(random.below(stems.length), 1)[0]!;
    const suffixes = SUFFIXES[rank];
    return `${stem} ${suffixes[random.below(suffixes.length)]!}`;
  };
};
