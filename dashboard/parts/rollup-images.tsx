/** The images of a workload, and what became of the behaviour between two of them. */
import type { Fix, ImageRef, RollupImage } from "../../schema/rollup.ts";
import { exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { middle, visible } from "../format/visible.ts";
import type { View } from "../view.ts";
import { StateMark } from "./marks.tsx";
import { Moment } from "./time.tsx";

/** Hexadecimal digits that tell digests apart; the whole is in the title. */
const DIGEST_ENDS = 6;

export function Digest(props: { digest: string | null }) {
  const { digest } = props;
  if (digest === null) return <span class="dim">digest unknown</span>;
  const text = visible(digest);
  return (
    <span class="mono" title={text}>
      <bdi>{middle(text.replace(/^sha256:/, ""), DIGEST_ENDS)}</bdi>
    </span>
  );
}

/** What an image is to the rule. That findings have ended does not say that it has stopped. */
function Affected(props: { image: RollupImage }) {
  const { affected, hit } = props.image;
  if (affected > 0)
    return <StateMark shape="open" title="A container has an open finding" text="affected" word />;
  if (hit > 0) return <span title="Its findings have ended">ended</span>;
  return <span class="dim">not seen in it</span>;
}

export function ImageTable(props: { images: readonly RollupImage[]; view: View }) {
  const { images, view } = props;
  return (
    <div class="scroll">
      <table class="plain rollup-images">
        <caption class="visually-hidden">Images of the workload, the one seen last first</caption>
        <thead>
          <tr>
            <th scope="col">This behaviour</th>
            <th scope="col">Digest</th>
            <th scope="col">Image</th>
            <th scope="col" class="num" title="With this finding, of those known with this image">
              Containers
            </th>
            <th scope="col">First seen</th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {images.map((image) => (
            <tr>
              <td>
                <Affected image={image} />
              </td>
              <td>
                <Digest digest={image.digest} />
              </td>
              <td class="image-name" title={visible(image.image ?? "")}>
                <bdi>{image.image === null ? "unknown" : visible(image.image)}</bdi>
              </td>
              <td class="num">
                {exactCount(image.hit)} of {exactCount(image.containers)}
              </td>
              <td>
                <Moment at={epoch(image.firstSeenAt)} as="ago" view={view} />
              </td>
              <td>
                <Moment at={epoch(image.lastSeenAt)} as="ago" view={view} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Image(props: { word: string; image: ImageRef | null }) {
  const { word, image } = props;
  return (
    <div>
      <dt>{word}</dt>
      <dd>
        {image === null ? (
          <span class="dim">unknown</span>
        ) : (
          <span title={visible(image.image ?? "")}>
            {visible(image.image ?? "unknown")} <Digest digest={image.digest} />
          </span>
        )}
      </dd>
    </div>
  );
}

/** Nothing while it is open. */
export function FixPanel(props: { fix: Fix | null }) {
  const { fix } = props;
  if (fix === null) return null;
  return (
    <section class="rollup-fix">
      <h2>{fix.proven ? "Fix: proven" : "Fix: not proven"}</h2>
      <p>{visible(fix.why)}</p>
      <dl class="side-facts">
        <Image word="Before" image={fix.before} />
        <Image word="After" image={fix.after} />
      </dl>
    </section>
  );
}
