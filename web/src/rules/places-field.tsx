import { useEffect, useState } from 'react';
import { texts } from '../texts/texts';
import { TextArea } from '../ui/field';
import { type Place, placesFrom, placesText, type ShapeKind } from './fence-draft';

const { fences: words } = texts;

/** The shape as text, for whoever does not draw: a place a line. */
export const PlacesField = ({
  shape,
  places,
  onChange,
}: {
  shape: ShapeKind;
  places: readonly Place[];
  onChange: (places: Place[]) => void;
}) => {
  const [text, setText] = useState(() => placesText(places));
  const [problem, setProblem] = useState<string>();
  // Somebody drew; what is being typed stays as it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text follows the places, not itself
  useEffect(() => {
    const typed = placesFrom(text);
    if (problem === undefined && !('places' in typed && placesText(typed.places) === placesText(places)))
      setText(placesText(places));
  }, [places]);
  return (
    <details className="places">
      <summary>{words.asText}</summary>
      <TextArea
        label={words.placesOf[shape]}
        hint={words.placesHint}
        rows={5}
        spellCheck={false}
        value={text}
        problem={problem}
        onChange={next => {
          setText(next);
          const typed = placesFrom(next);
          setProblem('problem' in typed ? typed.problem : undefined);
          if ('places' in typed) onChange(shape === 'circle' ? typed.places.slice(0, 1) : typed.places);
        }}
      />
    </details>
  );
};
