<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ActivationProfile</name>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Each channel&apos;s largest, mean and median |x| over the tokens. A flat profile is easy to quantize. A channel whose median stands out is large for every token: smoothing or a rotation helps. A large maximum alone comes from few tokens.</source>
        <translation>Größtes, mittleres und medianes |x| jedes Kanals über die Tokens. Ein flaches Profil lässt sich leicht quantisieren. Ein Kanal, dessen Median heraussticht, ist bei jedem Token groß: Glättung oder eine Rotation hilft. Ein großes Maximum allein stammt von wenigen Tokens.</translation>
    </message>
    <message>
        <source>B − A of |x|</source>
        <translation>B − A von |x|</translation>
    </message>
    <message>
        <source>largest</source>
        <translation>Maximum</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittelwert</translation>
    </message>
    <message>
        <source>median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>|x|</source>
        <translation>|x|</translation>
    </message>
    <message>
        <source>largest, %1</source>
        <translation>Maximum, %1</translation>
    </message>
    <message>
        <source>mean, %1</source>
        <translation>Mittelwert, %1</translation>
    </message>
    <message>
        <source>median, %1</source>
        <translation>Median, %1</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Each token&apos;s largest |x| over the channels: what a scale per token must cover. One token far above the others (often the first) holds massive outliers; a scale for the whole tensor then serves that token alone.</source>
        <translation>Größtes |x| jedes Tokens über die Kanäle: was ein Skalenfaktor pro Token abdecken muss. Ein Token weit über den anderen (oft das erste) enthält massive Ausreißer; ein Skalenfaktor für den ganzen Tensor dient dann nur diesem Token.</translation>
    </message>
    <message>
        <source>B − A of the largest |x|</source>
        <translation>B − A des größten |x|</translation>
    </message>
    <message>
        <source>B − A</source>
        <translation>B − A</translation>
    </message>
    <message>
        <source>largest |x|</source>
        <translation>größtes |x|</translation>
    </message>
</context>
<context>
    <name>AttentionPicture</name>
    <message>
        <source>query</source>
        <translation>Query</translation>
    </message>
    <message>
        <source>key</source>
        <translation>Key</translation>
    </message>
    <message>
        <source>attention of block %1, head %2</source>
        <translation>Attention von Block %1, Head %2</translation>
    </message>
</context>
<context>
    <name>BlockBalance</name>
    <message>
        <source>block of channels</source>
        <translation>Kanalblock</translation>
    </message>
    <message>
        <source>mean of the largest |x|</source>
        <translation>Mittel der größten |x|</translation>
    </message>
    <message>
        <source>Blocks of %1 channels</source>
        <translation>Blöcke von %1 Kanälen</translation>
    </message>
    <message>
        <source>The mean of the channels&apos; largest |x| in each block that a rotation mixes, before and after the permutation. The permutation is good when all blocks are alike: the variance between them falls from %1 to %2.</source>
        <translation>Das Mittel der größten |x| der Kanäle in jedem Block, den eine Rotation mischt, vor und nach der Permutation. Die Permutation ist gut, wenn alle Blöcke gleich sind: Die Varianz zwischen ihnen fällt von %1 auf %2.</translation>
    </message>
    <message>
        <source>before the permutation (variance %1)</source>
        <translation>vor der Permutation (Varianz %1)</translation>
    </message>
    <message>
        <source>after (variance %1)</source>
        <translation>danach (Varianz %1)</translation>
    </message>
</context>
<context>
    <name>BlockCharts</name>
    <message>
        <source>Massive activations: |residual stream| after each block</source>
        <translation>Massive Aktivierungen: |Residualstrom| nach jedem Block</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>|h|</source>
        <translation>|h|</translation>
    </message>
    <message>
        <source>The three largest magnitudes after each block beside the median. Values a thousand times the median are massive: few tokens hold them, and a scale per token or tensor that covers them leaves the other values few codes.</source>
        <translation>Die drei größten Beträge nach jedem Block neben dem Median. Werte vom Tausendfachen des Medians sind massiv: Wenige Tokens enthalten sie, und ein Skalenfaktor pro Token oder Tensor, der sie abdeckt, lässt den übrigen Werten wenige Codes.</translation>
    </message>
    <message>
        <source>largest</source>
        <translation>größter</translation>
    </message>
    <message>
        <source>second</source>
        <translation>zweitgrößter</translation>
    </message>
    <message>
        <source>third</source>
        <translation>drittgrößter</translation>
    </message>
    <message>
        <source>median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>largest, %1</source>
        <translation>größter, %1</translation>
    </message>
    <message>
        <source>median, %1</source>
        <translation>Median, %1</translation>
    </message>
    <message>
        <source>Cosine between block input and output</source>
        <translation>Kosinus zwischen Ein- und Ausgang des Blocks</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>Kosinus</translation>
    </message>
    <message>
        <source>Mean over tokens. Near 1 the block changes its input little; low values mark the blocks that matter most, often the first and the last. Give those more bits.</source>
        <translation>Mittel über die Tokens. Nahe 1 ändert der Block seinen Eingang kaum; niedrige Werte markieren die wichtigsten Blöcke, oft den ersten und den letzten. Diesen mehr Bits geben.</translation>
    </message>
</context>
<context>
    <name>BlockPreviews</name>
    <message>
        <source>The preview leaves out “%1”: it needs gradients of a calibration text, which evaluating collects.</source>
        <translation>Die Vorschau lässt „%1“ aus: Es braucht Gradienten eines Kalibrierungstextes, die das Auswerten sammelt.</translation>
    </message>
    <message>
        <source>The preview leaves out “%1”: it needs X&apos;X of a calibration text, which evaluating collects.</source>
        <translation>Die Vorschau lässt „%1“ aus: Es braucht X&apos;X eines Kalibrierungstextes, das das Auswerten sammelt.</translation>
    </message>
    <message>
        <source>The preview solves “%1” on sampled rows instead of the mean sequence of the calibration text.</source>
        <translation>Die Vorschau löst „%1“ auf Stichprobenzeilen statt auf der mittleren Folge des Kalibrierungstextes.</translation>
    </message>
    <message>
        <source>The preview rounds to the nearest value: “%1” needs gradients of a calibration text, which evaluating collects.</source>
        <translation>Die Vorschau rundet zum nächsten Wert: „%1“ braucht Gradienten eines Kalibrierungstextes, die das Auswerten sammelt.</translation>
    </message>
    <message>
        <source>The preview rounds to the nearest value: “%1” needs X&apos;X of a calibration text, which evaluating collects.</source>
        <translation>Die Vorschau rundet zum nächsten Wert: „%1“ braucht X&apos;X eines Kalibrierungstextes, das das Auswerten sammelt.</translation>
    </message>
</context>
<context>
    <name>ColourMap</name>
    <message>
        <source>Viridis</source>
        <translation>Viridis</translation>
    </message>
    <message>
        <source>Inferno</source>
        <translation>Inferno</translation>
    </message>
    <message>
        <source>Cividis</source>
        <translation>Cividis</translation>
    </message>
    <message>
        <source>Signed, blue to red</source>
        <translation>Mit Vorzeichen, Blau bis Rot</translation>
    </message>
</context>
<context>
    <name>FigureDialog</name>
    <message>
        <source>Save picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation>SVG-Zeichnung (*.svg)</translation>
    </message>
    <message>
        <source>PDF page (*.pdf)</source>
        <translation>PDF-Seite (*.pdf)</translation>
    </message>
    <message>
        <source>Scale of the PNG picture</source>
        <translation>Skalierung des PNG-Bilds</translation>
    </message>
    <message>
        <source>Pixels per point of the screen: 2 is sharp on a screen, 4 and more in print. SVG and PDF are sharp at every size.</source>
        <translation>Pixel pro Bildschirmpunkt: 2 ist scharf am Bildschirm, 4 und mehr im Druck. SVG und PDF sind in jeder Größe scharf.</translation>
    </message>
    <message>
        <source>%1 × %2 pixels</source>
        <translation>%1 × %2 Pixel</translation>
    </message>
    <message>
        <source>S&amp;cale:</source>
        <translation>S&amp;kalierung:</translation>
    </message>
    <message>
        <source>Save numbers</source>
        <translation>Zahlen speichern</translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation>CSV-Tabelle (*.csv)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
</context>
<context>
    <name>HeadCharts</name>
    <message>
        <source>head</source>
        <translation>Head</translation>
    </message>
    <message>
        <source>%1 − %2</source>
        <translation>%1 − %2</translation>
    </message>
    <message>
        <source>Change of the mass on the first token</source>
        <translation>Änderung der Masse auf dem ersten Token</translation>
    </message>
    <message>
        <source>Mass on the first token</source>
        <translation>Masse auf dem ersten Token</translation>
    </message>
    <message>
        <source>points</source>
        <translation>Prozentpunkte</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>Change of the entropy</source>
        <translation>Änderung der Entropie</translation>
    </message>
    <message>
        <source>Entropy</source>
        <translation>Entropie</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>Divergence KL(A || B)</source>
        <translation>Divergenz KL(A || B)</translation>
    </message>
    <message>
        <source>KL(A || B)</source>
        <translation>KL(A || B)</translation>
    </message>
</context>
<context>
    <name>HeadWords</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>first token %1 pp</source>
        <translation>erstes Token %1 pp</translation>
    </message>
    <message>
        <source>entropy %1</source>
        <translation>Entropie %1</translation>
    </message>
    <message>
        <source>KL %1</source>
        <translation>KL %1</translation>
    </message>
    <message>
        <source>KL(A || B) %1 nats: small, B looks where A looks</source>
        <translation>KL(A || B) %1 nats: klein, B blickt dorthin, wohin A blickt</translation>
    </message>
    <message>
        <source>KL(A || B) %1 nats: noticeable, B weighs the tokens differently</source>
        <translation>KL(A || B) %1 nats: merklich, B gewichtet die Tokens anders</translation>
    </message>
    <message>
        <source>KL(A || B) %1 nats: large, B looks elsewhere</source>
        <translation>KL(A || B) %1 nats: groß, B blickt woandershin</translation>
    </message>
    <message>
        <source>Rows are queries, columns the keys that they attend to, in the colours of the large map. Arrow keys choose a head, Return shows it large.</source>
        <translation>Zeilen sind Queries, Spalten die Keys, auf die sie achten, in den Farben der großen Heatmap. Pfeiltasten wählen einen Head, die Eingabetaste zeigt ihn groß.</translation>
    </message>
    <message>
        <source>Share of the attention that goes to the first token, mean over all queries but the first. Many heads park there what they need nowhere else: the first token is an attention sink. High is normal; what matters is that B stays close to A. Where quantization moves the sink, massive outliers are usually the cause.</source>
        <translation>Anteil der Attention, der auf das erste Token fällt, Mittel über alle Queries außer der ersten. Viele Heads legen dort ab, was sie sonst nirgends brauchen: Das erste Token ist ein Attention-Sink. Hohe Werte sind normal; wichtig ist, dass B nahe bei A bleibt. Verschiebt die Quantisierung den Sink, sind meist massive Ausreißer die Ursache.</translation>
    </message>
    <message>
        <source>How spread out a head&apos;s attention is, in nats, mean over all queries but the first: 0 looks at a single token. B should stay close to A; a rise means that attention blurs.</source>
        <translation>Wie breit die Attention eines Heads gestreut ist, in nats, Mittel über alle Queries außer der ersten: 0 blickt auf ein einziges Token. B sollte nahe bei A bleiben; ein Anstieg bedeutet, dass die Attention verschwimmt.</translation>
    </message>
    <message>
        <source>A query that sees n tokens has at most ln(n): %1 for the last of the %2 tokens of this prompt.</source>
        <translation>Eine Query, die n Tokens sieht, hat höchstens ln(n): %1 beim letzten der %2 Tokens dieses Prompts.</translation>
    </message>
    <message>
        <source>KL divergence of B&apos;s attention from A&apos;s in nats, mean over all queries but the first; 0 when both agree. As a rule of thumb, below 0.01 a head looks where it did, up to 0.1 it weighs the tokens differently, above it looks elsewhere.</source>
        <translation>KL-Divergenz der Attention von B gegenüber A in nats, Mittel über alle Queries außer der ersten; 0, wenn beide übereinstimmen. Als Faustregel blickt ein Head unter 0,01 dorthin, wohin er vorher blickte, bis 0,1 gewichtet er die Tokens anders, darüber blickt er woandershin.</translation>
    </message>
</context>
<context>
    <name>HtmlReport</name>
    <message>
        <source>float</source>
        <translation>Float</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Fingerabdruck</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>Blöcke</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>%1, feed-forward %2</source>
        <translation>%1, Feed-Forward %2</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>Heads</translation>
    </message>
    <message>
        <source>%1 of %2 channels, %3 for keys and values</source>
        <translation>%1 mit je %2 Kanälen, %3 für Keys und Values</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>Vokabular</translation>
    </message>
    <message>
        <source>%1, head tied to the embedding</source>
        <translation>%1, Ausgabe-Head an das Embedding gekoppelt</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Anmerkung</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>Eingänge</translation>
    </message>
    <message>
        <source>Keys and values</source>
        <translation>Keys und Values</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bit pro Gewicht</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>%1 MB</source>
        <translation>%1 MB</translation>
    </message>
    <message>
        <source>Rounding</source>
        <translation>Rundung</translation>
    </message>
    <message>
        <source>%1 (off)</source>
        <translation>%1 (aus)</translation>
    </message>
    <message>
        <source>Stack</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Linears with formats of their own:</source>
        <translation>Linear-Layer mit eigenem Format:</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>Linear-Layer</translation>
    </message>
    <message>
        <source>The recipe as JSON</source>
        <translation>Das Rezept als JSON</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>%1 ± %2</source>
        <translation>%1 ± %2</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Nothing was evaluated.</source>
        <translation>Es wurde nichts ausgewertet.</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Numbers are</source>
        <translation>Zahlen sind</translation>
    </message>
    <message>
        <source>Backend</source>
        <translation>Backend</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Windows × tokens</source>
        <translation>Fenster × Tokens</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexity</translation>
    </message>
    <message>
        <source>Float perplexity</source>
        <translation>Float-Perplexity</translation>
    </message>
    <message>
        <source>KL mean</source>
        <translation>KL-Mittel</translation>
    </message>
    <message>
        <source>KL median</source>
        <translation>KL-Median</translation>
    </message>
    <message>
        <source>KL 99 %</source>
        <translation>KL 99 %</translation>
    </message>
    <message>
        <source>Top-1 agreement</source>
        <translation>Top-1-Übereinstimmung</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Tokens/s</translation>
    </message>
    <message>
        <source>How to repeat run %1</source>
        <translation>So lässt sich Lauf %1 wiederholen</translation>
    </message>
    <message>
        <source>Save the recipe below as recipe.json, then:</source>
        <translation>Das Rezept unten als recipe.json speichern, dann:</translation>
    </message>
    <message>
        <source>recipe.json of run %1</source>
        <translation>recipe.json von Lauf %1</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Abbildungen</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n threads</source>
        <translation>
            <numerusform>%1, %n Thread</numerusform>
            <numerusform>%1, %n Threads</numerusform>
        </translation>
    </message>
    <message>
        <source>Bitscape</source>
        <translation>Bitscape</translation>
    </message>
    <message>
        <source>Qt</source>
        <translation>Qt</translation>
    </message>
    <message>
        <source>LibTorch</source>
        <translation>LibTorch</translation>
    </message>
    <message>
        <source>HDF5</source>
        <translation>HDF5</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Made by Bitscape on %1</source>
        <translation>Erstellt mit Bitscape am %1</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Decode tokens/s</source>
        <translation>Dekodieren Token/s</translation>
    </message>
    <message>
        <source>Of floor</source>
        <translation>Vom Mindestaufwand</translation>
    </message>
    <message>
        <source>Perplexity with the standard error between windows; lower is better. KL is KL(float || quantized) in nats over the vocabulary, 0 when nothing changed. Propagated numbers run every block on what the quantized blocks before it leave behind; static ones give each linear the float input. Tokens/s is the speed of measuring, decode that of the model alone, and the floor the decode that reads every packed weight from memory once per token.</source>
        <translation>Perplexität mit dem Standardfehler zwischen Fenstern; kleiner ist besser. KL ist KL(float || quantisiert) in Nat über dem Vokabular, 0, wenn sich nichts geändert hat. Propagierte Zahlen rechnen jeden Block auf dem, was die quantisierten Blöcke davor hinterlassen; statische geben jeder linearen Schicht die Gleitkomma-Eingabe. Token/s ist das Tempo der Messung, Dekodieren das des Modells allein, und der Mindestaufwand das Dekodieren, das jedes gepackte Gewicht einmal je Token aus dem Speicher liest.</translation>
    </message>
</context>
<context>
    <name>Languages</name>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
</context>
<context>
    <name>Measures</name>
    <message>
        <source>The largest magnitude that reaches the linear. A range that must cover it leaves few codes for everything else; compare it with the 99.9 % quantile.</source>
        <translation>Der größte Betrag, der den Linear-Layer erreicht. Ein Bereich, der ihn abdecken muss, lässt wenige Codes für alles andere; mit dem 99,9-%-Quantil vergleichen.</translation>
    </message>
    <message>
        <source>The largest input against the largest of a typical token. Above 64 the outlier is massive: it sits in few tokens, often the first, and one scale for all tokens is lost to it. Scales per token or a kept prefix help.</source>
        <translation>Der größte Eingangswert im Verhältnis zum größten eines typischen Tokens. Über 64 ist der Ausreißer massiv: Er sitzt in wenigen Tokens, oft im ersten, und ein gemeinsamer Skalenfaktor für alle Tokens geht an ihn verloren. Skalenfaktoren pro Token oder ein beibehaltenes Präfix helfen.</translation>
    </message>
    <message>
        <source>even: easy</source>
        <translation>gleichmäßig: leicht</translation>
    </message>
    <message>
        <source>uneven tokens</source>
        <translation>ungleiche Tokens</translation>
    </message>
    <message>
        <source>massive</source>
        <translation>massiv</translation>
    </message>
    <message>
        <source>How heavy the tails of the input are. A normal distribution has 3; above 100 a few values dominate the range and 4-bit inputs suffer. Smoothing and rotation bring it down.</source>
        <translation>Wie schwer die Ränder der Eingangsverteilung sind. Eine Normalverteilung hat 3; über 100 dominieren wenige Werte den Bereich, und 4-Bit-Eingänge leiden. Glättung und Rotation senken die Kurtosis.</translation>
    </message>
    <message>
        <source>near normal: easy</source>
        <translation>nahezu normal: leicht</translation>
    </message>
    <message>
        <source>heavy tails</source>
        <translation>schwere Ränder</translation>
    </message>
    <message>
        <source>extreme: outliers dominate</source>
        <translation>extrem: Ausreißer dominieren</translation>
    </message>
    <message>
        <source>One value in a thousand is larger. Far below the largest |input|, clipping or a scale per token pays.</source>
        <translation>Ein Wert von tausend ist größer. Liegt das Quantil weit unter dem größten |Eingang|, lohnt sich Clipping oder ein Skalenfaktor pro Token.</translation>
    </message>
    <message>
        <source>The typical magnitude of the input: what quantization must still resolve.</source>
        <translation>Der typische Betrag des Eingangs: was die Quantisierung noch auflösen muss.</translation>
    </message>
    <message>
        <source>Channels that are large for every token. A scale per channel (smoothing) or a rotation removes them; 0 is good.</source>
        <translation>Kanäle, die bei jedem Token groß sind. Ein Skalenfaktor pro Kanal (Glättung) oder eine Rotation beseitigt sie; 0 ist gut.</translation>
    </message>
    <message>
        <source>none: good</source>
        <translation>keine: gut</translation>
    </message>
    <message>
        <source>SQNR at %1</source>
        <translation>SQNR bei %1</translation>
    </message>
    <message>
        <source>Signal to quantization noise of the linear&apos;s output on identical inputs. Each bit is worth about 6 dB; above 30 dB is hardly seen in perplexity, below 15 dB hurts. Bright cells are bad.</source>
        <translation>Signal-Quantisierungsrausch-Abstand am Ausgang des Linear-Layers bei gleichen Eingängen. Jedes Bit ist etwa 6 dB wert; über 30 dB ist in der Perplexity kaum zu sehen, unter 15 dB schadet. Helle Zellen sind schlecht.</translation>
    </message>
    <message>
        <source>good</source>
        <translation>gut</translation>
    </message>
    <message>
        <source>fair</source>
        <translation>mittel</translation>
    </message>
    <message>
        <source>poor</source>
        <translation>schlecht</translation>
    </message>
    <message>
        <source>KL added alone at %1</source>
        <translation>Allein beigetragene KL bei %1</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>How far the model&apos;s predictions move when only this linear is quantized and everything else stays float (propagated to the output). Below 0.0001 nobody notices; above 0.001 the linear deserves more bits or a transform.</source>
        <translation>Wie weit sich die Vorhersagen des Modells verschieben, wenn nur dieser Linear-Layer quantisiert wird und alles andere Float bleibt (bis zum Ausgang propagiert). Unter 0,0001 merkt es niemand; über 0,001 verdient der Linear-Layer mehr Bits oder eine Transformation.</translation>
    </message>
    <message>
        <source>poor: deserves more bits</source>
        <translation>schlecht: verdient mehr Bits</translation>
    </message>
    <message>
        <source>Largest |input|</source>
        <translation>Größter |Eingang|</translation>
    </message>
    <message>
        <source>Massive outliers (ratio)</source>
        <translation>Massive Ausreißer (Verhältnis)</translation>
    </message>
    <message>
        <source>Kurtosis of the input</source>
        <translation>Kurtosis des Eingangs</translation>
    </message>
    <message>
        <source>99.9 % quantile of |input|</source>
        <translation>99,9-%-Quantil von |Eingang|</translation>
    </message>
    <message>
        <source>Mean |input|</source>
        <translation>Mittlerer |Eingang|</translation>
    </message>
    <message>
        <source>Normal outlier channels</source>
        <translation>Normale Ausreißerkanäle</translation>
    </message>
    <message>
        <source>Error at the current bits (SQNR)</source>
        <translation>Fehler bei den aktuellen Bits (SQNR)</translation>
    </message>
    <message>
        <source>KL added by this linear alone</source>
        <translation>Von diesem Linear-Layer allein beigetragene KL</translation>
    </message>
    <message>
        <source>%1: %2 minus %3</source>
        <translation>%1: %2 minus %3</translation>
    </message>
    <message>
        <source>Red: larger in %1; blue: larger in %2. Pale: both are the same.</source>
        <translation>Rot: größer in %1; Blau: größer in %2. Blass: beide sind gleich.</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>In pictures</source>
        <translation>In Bildern</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>Klick</translation>
    </message>
    <message>
        <source>selects a cell, a linear, a head, a channel: in every view</source>
        <translation>wählt eine Zelle, einen Linear-Layer, einen Head, einen Kanal: in jeder Ansicht</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>Ziehen</translation>
    </message>
    <message>
        <source>selects a rectangle; turns the surface</source>
        <translation>wählt ein Rechteck; dreht die Oberfläche</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Doppelklick</translation>
    </message>
    <message>
        <source>zooms to the selection; opens a linear&apos;s activations</source>
        <translation>zoomt auf die Auswahl; öffnet die Aktivierungen eines Linear-Layers</translation>
    </message>
    <message>
        <source>Space+drag, middle drag</source>
        <translation>Leertaste+Ziehen, Ziehen mit mittlerer Taste</translation>
    </message>
    <message>
        <source>pans</source>
        <translation>verschiebt den Ausschnitt</translation>
    </message>
    <message>
        <source>Wheel, +, -</source>
        <translation>Mausrad, +, -</translation>
    </message>
    <message>
        <source>zooms at the pointer (Shift: columns, Ctrl: rows)</source>
        <translation>zoomt am Mauszeiger (Umschalt: Spalten, Strg: Zeilen)</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Pos1</translation>
    </message>
    <message>
        <source>fits the whole picture</source>
        <translation>passt das ganze Bild ein</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>Pfeiltasten</translation>
    </message>
    <message>
        <source>move the focused cell (Shift: extend the selection)</source>
        <translation>bewegen die fokussierte Zelle (Umschalt: erweitern die Auswahl)</translation>
    </message>
    <message>
        <source>Right click, Menu key</source>
        <translation>Rechtsklick, Menütaste</translation>
    </message>
    <message>
        <source>copies or saves the picture or its numbers</source>
        <translation>kopiert oder speichert das Bild oder seine Zahlen</translation>
    </message>
    <message>
        <source>About Bitscape</source>
        <translation>Über Bitscape</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Bitscape %1&lt;/h3&gt;&lt;p&gt;A studio for quantizing large language models.&lt;/p&gt;&lt;p&gt;Qt %2, LibTorch %3&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Bitscape %1&lt;/h3&gt;&lt;p&gt;Ein Studio zum Quantisieren großer Sprachmodelle.&lt;/p&gt;&lt;p&gt;Qt %2, LibTorch %3&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later, with a permission to combine it with NVIDIA&apos;s CUDA libraries (file LICENSE). It comes without any warranty. The bundled texts are in the public domain (CC0). Help &gt; Notices lists the works it stands on.</source>
        <translation>Freie Software unter der GNU General Public License, Version 3 oder später, mit der Erlaubnis, sie mit den CUDA-Bibliotheken von NVIDIA zu verbinden (Datei LICENSE). Ohne jede Gewährleistung. Die mitgelieferten Texte sind gemeinfrei (CC0). Hilfe &gt; Quellenangaben nennt die Werke, auf denen sie aufbaut.</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>Quellenangaben</translation>
    </message>
    <message>
        <source>token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>Kanal</translation>
    </message>
</context>
<context>
    <name>RecipeCharts</name>
    <message>
        <source>attn</source>
        <comment>short for attention: q, k, v and o</comment>
        <translation>attn</translation>
    </message>
    <message>
        <source>ffn</source>
        <comment>gate, up and down</comment>
        <translation>ffn</translation>
    </message>
    <message>
        <source>all</source>
        <comment>all linears</comment>
        <translation>alle</translation>
    </message>
    <message>
        <source>q, k, v</source>
        <translation>q, k, v</translation>
    </message>
    <message>
        <source>o</source>
        <translation>o</translation>
    </message>
    <message>
        <source>gate, up</source>
        <translation>gate, up</translation>
    </message>
    <message>
        <source>down</source>
        <translation>down</translation>
    </message>
    <message>
        <source>KL when one component alone is quantized</source>
        <translation>KL, wenn nur eine Komponente quantisiert ist</translation>
    </message>
    <message>
        <source>KL when one component alone is %1</source>
        <translation>KL, wenn nur eine Komponente %1 ist</translation>
    </message>
    <message>
        <source>quantized in every block, the rest float</source>
        <translation>in jedem Block quantisiert, der Rest Float</translation>
    </message>
    <message>
        <source>KL, nats</source>
        <translation>KL, nats</translation>
    </message>
    <message>
        <source>KL from the float model&apos;s predictions when only this component is quantized, with the standard error over positions. Below 0.01 is hard to notice, above 0.1 hurts. The tallest bar among q to down is where bits or a transform pay first.</source>
        <translation>KL gegenüber den Vorhersagen des Float-Modells, wenn nur diese Komponente quantisiert wird, mit dem Standardfehler über Positionen. Unter 0,01 ist kaum zu merken, über 0,1 schadet. Beim höchsten Balken von q bis down lohnen sich Bits oder eine Transformation zuerst.</translation>
    </message>
    <message>
        <source>Error of each input, from block to block (%1)</source>
        <translation>Fehler jedes Eingangs, von Block zu Block (%1)</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>SQNR, dB</source>
        <translation>SQNR, dB</translation>
    </message>
    <message>
        <source>What the quantized blocks before it leave of each input, for the prompt (propagated). 30 dB is close to float, at 10 dB the error has a third of the signal&apos;s size. A sudden drop names the block that causes it.</source>
        <translation>Was die quantisierten Blöcke davor von jedem Eingang übrig lassen, für den Prompt (propagiert). 30 dB ist nahe an Float, bei 10 dB hat der Fehler ein Drittel der Größe des Signals. Ein plötzlicher Abfall verrät den Block, der ihn verursacht.</translation>
    </message>
</context>
<context>
    <name>WeightCharts</name>
    <message>
        <source>B − A</source>
        <translation>B − A</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>Histogramm</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>share of the weights, %</source>
        <translation>Anteil der Gewichte, %</translation>
    </message>
    <message>
        <source>How many weights lie where, on a logarithmic axis. Round and narrow is good: few weights far out stretch the range that the codes must cover.</source>
        <translation>Wie viele Gewichte wo liegen, auf logarithmischer Achse. Rund und schmal ist gut: Wenige Gewichte weit außen dehnen den Bereich, den die Codes abdecken müssen.</translation>
    </message>
    <message>
        <source>Histogram: B − A</source>
        <translation>Histogramm: B − A</translation>
    </message>
    <message>
        <source>Where rounding moves the weights: from bins below zero to bins above it. Few tall bars mean few values to choose from.</source>
        <translation>Wohin die Rundung die Gewichte verschiebt: aus Klassen unter null in Klassen über null. Wenige hohe Balken bedeuten wenige wählbare Werte.</translation>
    </message>
    <message>
        <source>Quantiles against the normal</source>
        <translation>Quantile gegen die Normalverteilung</translation>
    </message>
    <message>
        <source>quantile of the standard normal</source>
        <translation>Quantil der Standardnormalverteilung</translation>
    </message>
    <message>
        <source>quantile, in deviations</source>
        <translation>Quantil, in Standardabweichungen</translation>
    </message>
    <message>
        <source>A straight line means normally distributed weights. Ends that bend away upwards and downwards are heavy tails: outliers that low bits cannot hold.</source>
        <translation>Eine Gerade bedeutet normalverteilte Gewichte. Enden, die nach oben und unten wegbiegen, sind schwere Ränder: Ausreißer, die wenige Bits nicht fassen.</translation>
    </message>
    <message>
        <source>Quantiles: B − A</source>
        <translation>Quantile: B − A</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>normal</translation>
    </message>
    <message>
        <source>Range per output</source>
        <translation>Bereich pro Ausgang</translation>
    </message>
    <message>
        <source>Range per channel</source>
        <translation>Bereich pro Kanal</translation>
    </message>
    <message>
        <source>output</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>With a scale per output each row pays for its own range: even rows are good, a wide one loses precision alone.</source>
        <translation>Mit einem Skalenfaktor pro Ausgang zahlt jede Zeile für ihren eigenen Bereich: Gleichmäßige Zeilen sind gut, eine breite verliert nur selbst an Genauigkeit.</translation>
    </message>
    <message>
        <source>Channels are the inputs. One that stands out here or in the activations is what smoothing and rotations level out.</source>
        <translation>Kanäle sind die Eingänge. Sticht hier oder in den Aktivierungen einer heraus, ebnen Glättung und Rotationen ihn ein.</translation>
    </message>
    <message>
        <source>Range per output: B − A</source>
        <translation>Bereich pro Ausgang: B − A</translation>
    </message>
    <message>
        <source>Range per channel: B − A</source>
        <translation>Bereich pro Kanal: B − A</translation>
    </message>
    <message>
        <source>max</source>
        <translation>max</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>A max</source>
        <translation>A max</translation>
    </message>
    <message>
        <source>A min</source>
        <translation>A min</translation>
    </message>
    <message>
        <source>B max</source>
        <translation>B max</translation>
    </message>
    <message>
        <source>B min</source>
        <translation>B min</translation>
    </message>
    <message>
        <source>Use of the %1 codes</source>
        <translation>Nutzung der %1 Codes</translation>
    </message>
    <message>
        <source>Use of the codes</source>
        <translation>Nutzung der Codes</translation>
    </message>
    <message>
        <source>code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>How often each code is used. Codes that are hardly used are wasted bits; the entropy says how many bits would do.</source>
        <translation>Wie oft jeder Code vorkommt. Kaum genutzte Codes sind verschwendete Bits; die Entropie sagt, wie viele Bits reichen würden.</translation>
    </message>
    <message>
        <source>%1 × %2 · min %3 · max %4 · mean %5 · deviation %6 · kurtosis %7</source>
        <translation>%1 × %2 · min %3 · max %4 · Mittel %5 · Standardabweichung %6 · Kurtosis %7</translation>
    </message>
    <message>
        <source>float: no codes</source>
        <translation>Float: keine Codes</translation>
    </message>
    <message>
        <source>%1 dB</source>
        <translation>%1 dB</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>exakt</translation>
    </message>
    <message>
        <source>%1 · %2 bits stored · entropy %3 bits · SQNR %4</source>
        <translation>%1 · %2 Bit gespeichert · Entropie %3 Bit · SQNR %4</translation>
    </message>
</context>
<context>
    <name>bitscape::ActivationsPanel</name>
    <message>
        <source>Decoder block, counted from 0 ([ and ] go back and forth)</source>
        <translation>Decoder-Block, ab 0 gezählt ([ und ] blättern zurück und vor)</translation>
    </message>
    <message>
        <source>Linears that share an input are shown once: q, k and v read the same numbers</source>
        <translation>Linear-Layer mit gemeinsamem Eingang erscheinen einmal: q, k und v lesen dieselben Zahlen</translation>
    </message>
    <message>
        <source>Place in the block</source>
        <translation>Stelle im Block</translation>
    </message>
    <message>
        <source>Text whose tokens run through the model</source>
        <translation>Text, dessen Tokens durch das Modell laufen</translation>
    </message>
    <message>
        <source>&amp;Show</source>
        <translation>An&amp;zeigen</translation>
    </message>
    <message>
        <source>Runs this text through the model (Return)</source>
        <translation>Schickt diesen Text durch das Modell (Eingabetaste)</translation>
    </message>
    <message>
        <source>heat map</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>surface</source>
        <translation>Oberfläche</translation>
    </message>
    <message>
        <source>both</source>
        <translation>beide</translation>
    </message>
    <message>
        <source>The heat map reads single values; the surface shows how far outliers stand out</source>
        <translation>Die Heatmap zeigt einzelne Werte, die Oberfläche, wie weit Ausreißer herausragen</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>logarithmisch</translation>
    </message>
    <message>
        <source>Height of the surface. Linear shows what a uniform grid of codes must cover, logarithmic shows small values too</source>
        <translation>Höhe der Oberfläche. Linear zeigt, was ein gleichmäßiges Gitter von Codes abdecken muss; logarithmisch zeigt auch kleine Werte</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <translation>Bl&amp;ock</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>&amp;Prompt</translation>
    </message>
    <message>
        <source>P&amp;ictures</source>
        <translation>Bilde&amp;r</translation>
    </message>
    <message>
        <source>H&amp;eight</source>
        <translation>Höh&amp;e</translation>
    </message>
    <message>
        <source>input of q, k, v</source>
        <translation>Eingang von q, k, v</translation>
    </message>
    <message>
        <source>input of o</source>
        <translation>Eingang von o</translation>
    </message>
    <message>
        <source>input of gate, up</source>
        <translation>Eingang von gate, up</translation>
    </message>
    <message>
        <source>input of down</source>
        <translation>Eingang von down</translation>
    </message>
    <message>
        <source>queries and keys</source>
        <translation>Queries und Keys</translation>
    </message>
    <message>
        <source>Open a model to see its activations.</source>
        <translation>Ein Modell öffnen, um seine Aktivierungen zu sehen.</translation>
    </message>
    <message>
        <source>residual stream</source>
        <translation>Residualstrom</translation>
    </message>
</context>
<context>
    <name>bitscape::ActivationsPresenter</name>
    <message>
        <source>Difference of the activations</source>
        <translation>Differenz der Aktivierungen</translation>
    </message>
    <message>
        <source>The other model has no block %1.</source>
        <translation>Das andere Modell hat keinen Block %1.</translation>
    </message>
    <message>
        <source>The models have different widths here: %1 and %2 channels.</source>
        <translation>Die Modelle sind hier verschieden breit: %1 und %2 Kanäle.</translation>
    </message>
    <message>
        <source>The models split the prompt differently: %1 and %2 tokens.</source>
        <translation>Die Modelle zerlegen den Prompt verschieden: %1 und %2 Tokens.</translation>
    </message>
    <message>
        <source>Open a model: Ctrl+O, or drop a file here.</source>
        <translation>Modell öffnen: Strg+O, oder eine Datei hierher ziehen.</translation>
    </message>
    <message>
        <source>This model has no block %1.</source>
        <translation>Dieses Modell hat keinen Block %1.</translation>
    </message>
    <message>
        <source>Computing block %1 …</source>
        <translation>Block %1 wird berechnet …</translation>
    </message>
    <message>
        <source>The first %1 tokens of the prompt; the rest was cut to fit into memory.</source>
        <translation>Die ersten %1 Tokens des Prompts; der Rest wurde abgeschnitten, damit alles in den Speicher passt.</translation>
    </message>
    <message>
        <source>%1 tokens of the prompt.</source>
        <translation>%1 Tokens des Prompts.</translation>
    </message>
    <message>
        <source>Rings and pins mark the largest values beyond 20 times the mean.</source>
        <translation>Ringe und Nadeln markieren die größten Werte jenseits des 20-Fachen des Mittelwerts.</translation>
    </message>
    <message>
        <source>Hatched ridges are channels that are large for every token of the statistics.</source>
        <translation>Schraffierte Grate sind Kanäle, die bei jedem Token der Statistik groß sind.</translation>
    </message>
    <message>
        <source>B runs every block as %1, with simulated quantization: propagated.</source>
        <translation>B rechnet jeden Block als %1, mit simulierter Quantisierung: propagiert.</translation>
    </message>
    <message>
        <source>B is not up to date: %1</source>
        <translation>B ist nicht aktuell: %1</translation>
    </message>
    <message>
        <source>B is A pushed through the stack, as the quantizer sees it: static, no block runs. “Propagate” in the stack replays the blocks.</source>
        <translation>B ist A durch den Stapel geschoben, wie der Quantisierer es sieht: statisch, kein Block läuft. „Propagieren“ im Stapel lässt die Blöcke neu laufen.</translation>
    </message>
</context>
<context>
    <name>bitscape::AttentionLoader</name>
    <message>
        <source>Attention in block %1 (%2)</source>
        <translation>Attention in Block %1 (%2)</translation>
    </message>
    <message>
        <source>Attention of head %1</source>
        <translation>Attention von Head %1</translation>
    </message>
    <message>
        <source>Divergence of the heads of block %1</source>
        <translation>Divergenz der Heads von Block %1</translation>
    </message>
    <message>
        <source>Difference of the attention</source>
        <translation>Differenz der Attention</translation>
    </message>
    <message>
        <source>Cancelled. Choose another block and come back to compute it again.</source>
        <translation>Abgebrochen. Zum erneuten Berechnen einen anderen Block wählen und zurückkehren.</translation>
    </message>
    <message>
        <source>the models have %1 and %2 heads.</source>
        <translation>die Modelle haben %1 und %2 Heads.</translation>
    </message>
    <message>
        <source>the models split the prompt into different tokens.</source>
        <translation>die Modelle zerlegen den Prompt in verschiedene Tokens.</translation>
    </message>
</context>
<context>
    <name>bitscape::AttentionPanel</name>
    <message>
        <source>Decoder block, counted from 0 ([ and ] go back and forth)</source>
        <translation>Decoder-Block, ab 0 gezählt ([ und ] blättern zurück und vor)</translation>
    </message>
    <message>
        <source>Attention head of the block, counted from 0</source>
        <translation>Attention-Head des Blocks, ab 0 gezählt</translation>
    </message>
    <message>
        <source>&amp;Map only</source>
        <translation>&amp;Nur Heatmap</translation>
    </message>
    <message>
        <source>The large map alone. Return or a double click on a head does the same</source>
        <translation>Nur die große Heatmap. Die Eingabetaste oder ein Doppelklick auf einen Head bewirkt dasselbe</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <translation>Bl&amp;ock</translation>
    </message>
    <message>
        <source>&amp;Head</source>
        <translation>H&amp;ead</translation>
    </message>
    <message>
        <source>Open a model to see where its heads look.</source>
        <translation>Ein Modell öffnen, um zu sehen, wohin seine Heads blicken.</translation>
    </message>
    <message>
        <source>Compares B with A: choose B, Difference or Side by side.</source>
        <translation>Vergleicht B mit A: B, Differenz oder Nebeneinander wählen.</translation>
    </message>
</context>
<context>
    <name>bitscape::AttentionPresenter</name>
    <message>
        <source>Open a model: Ctrl+O, or drop a file here.</source>
        <translation>Modell öffnen: Strg+O, oder eine Datei hierher ziehen.</translation>
    </message>
    <message>
        <source>Computing the attention in block %1 …</source>
        <translation>Attention in Block %1 wird berechnet …</translation>
    </message>
    <message>
        <source>The first %1 tokens of the prompt, which is longer.</source>
        <translation>Die ersten %1 Tokens des längeren Prompts.</translation>
    </message>
    <message>
        <source>%1 tokens of the prompt.</source>
        <translation>%1 Tokens des Prompts.</translation>
    </message>
    <message>
        <source>A row shows where a query looks and sums to one; it sees only keys up to itself.</source>
        <translation>Eine Zeile zeigt, wohin eine Query blickt, und summiert sich zu eins; sichtbar sind nur Keys bis zur eigenen Position.</translation>
    </message>
    <message>
        <source>B runs every block up to this one as %1, with simulated quantization: propagated.</source>
        <translation>B rechnet alle Blöcke bis zu diesem als %1, mit simulierter Quantisierung: propagiert.</translation>
    </message>
    <message>
        <source>B is not up to date: %1</source>
        <translation>B ist nicht aktuell: %1</translation>
    </message>
    <message>
        <source>B runs this block alone as the stack and %1 leave it, on what A&apos;s blocks before it leave: static. “Propagate” in the stack replays them all.</source>
        <translation>B lässt nur diesen Block so laufen, wie der Stapel und %1 ihn hinterlassen, auf dem, was die Blöcke von A davor liefern: statisch. „Propagieren“ im Stapel lässt alle neu laufen.</translation>
    </message>
</context>
<context>
    <name>bitscape::BackendList</name>
    <message>
        <source>It cannot run here: %1</source>
        <translation>Es läuft hier nicht: %1</translation>
    </message>
    <message>
        <source>It cannot multiply %1 as %2, which this recipe asks for.</source>
        <translation>Es kann %1 nicht als %2 multiplizieren, was dieses Rezept verlangt.</translation>
    </message>
    <message>
        <source>It cannot multiply %1 of block %2 as %3, which this recipe asks for.</source>
        <translation>Es kann %1 von Block %2 nicht als %3 multiplizieren, was dieses Rezept verlangt.</translation>
    </message>
</context>
<context>
    <name>bitscape::BitChart</name>
    <message>
        <source>float</source>
        <translation>Gleitkomma</translation>
    </message>
    <message>
        <source>1 bit</source>
        <translation>1 Bit</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bits</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>Öffnen Sie zuerst ein Modell.</translation>
    </message>
    <message>
        <source>Bits of every linear</source>
        <translation>Bits jeder linearen Schicht</translation>
    </message>
    <message>
        <source>%1 bits per weight with its scales, %2 MB</source>
        <translation>%1 Bits je Gewicht mit Skalen, %2 MB</translation>
    </message>
    <message>
        <source>predicted error %1 %2</source>
        <translation>vorhergesagter Fehler %1 %2</translation>
    </message>
    <message>
        <source>proposed: %1</source>
        <translation>vorgeschlagen: %1</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>(%1 linears selected)</source>
        <translation>(%1 lineare Schichten gewählt)</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>drag up or down to change bits, sideways to select; keys 1 to 8 set them, L locks</source>
        <translation>auf und ab ziehen ändert Bits, seitwärts wählt aus; Tasten 1 bis 8 setzen sie, L sperrt</translation>
    </message>
    <message>
        <source>bits of weights</source>
        <translation>Bits der Gewichte</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>%1 Bits je Gewicht</translation>
    </message>
</context>
<context>
    <name>bitscape::BitCosts</name>
    <message>
        <source>Costs of each linear in %1 formats</source>
        <translation>Kosten jeder linearen Schicht in %1 Formaten</translation>
    </message>
</context>
<context>
    <name>bitscape::BitsPanel</name>
    <message>
        <source>%1 MB</source>
        <translation>%1 MB</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>How large the plan may be. The solver&apos;s answer is shown at once; Solve writes it into the recipe.</source>
        <translation>Wie groß der Plan sein darf. Die Antwort des Lösers erscheint sofort; Lösen schreibt sie in das Rezept.</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>MB of the model</source>
        <translation>MB des Modells</translation>
    </message>
    <message>
        <source>Unit of the budget</source>
        <translation>Einheit des Budgets</translation>
    </message>
    <message>
        <source>Bits per weight count codes, scales and zero points of the blocks&apos; linears; the size of the model adds embedding, head and norms.</source>
        <translation>Bits je Gewicht zählen Codes, Skalen und Nullpunkte der linearen Schichten der Blöcke; zur Größe des Modells kommen Einbettung, Kopf und Normen.</translation>
    </message>
    <message>
        <source>S&amp;olve</source>
        <translation>L&amp;ösen</translation>
    </message>
    <message>
        <source>from statistics</source>
        <translation>aus Statistiken</translation>
    </message>
    <message>
        <source>with the KL of each</source>
        <translation>mit der KL jeder einzelnen</translation>
    </message>
    <message>
        <source>How costs are measured</source>
        <translation>Wie Kosten gemessen werden</translation>
    </message>
    <message>
        <source>From statistics: one pass over the text and its second-order estimate, in seconds. With the KL of each: every linear alone at 3 bits as well, in minutes.</source>
        <translation>Aus Statistiken: ein Durchgang durch den Text und seine Schätzung zweiter Ordnung, in Sekunden. Mit der KL jeder einzelnen: dazu jede lineare Schicht allein mit 3 Bits, in Minuten.</translation>
    </message>
    <message>
        <source>Sto&amp;p</source>
        <translation>Sto&amp;pp</translation>
    </message>
    <message>
        <source>Ends the measurement; the blocks that were measured are kept and not measured again.</source>
        <translation>Beendet die Messung; gemessene Blöcke bleiben und werden nicht noch einmal gemessen.</translation>
    </message>
    <message>
        <source>Bud&amp;get</source>
        <translation>Bud&amp;get</translation>
    </message>
    <message>
        <source>Costs</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Fuse&amp;d linears together</source>
        <translation>Verschmolzene Schichten &amp;zusammen</translation>
    </message>
    <message>
        <source>q, k and v, and gate and up, have the same bits: runtimes multiply them as one.</source>
        <translation>q, k und v sowie gate und up haben dieselben Bits: Laufzeitumgebungen multiplizieren sie als eine Schicht.</translation>
    </message>
    <message>
        <source>&amp;Keep as A</source>
        <translation>Als A beha&amp;lten</translation>
    </message>
    <message>
        <source>Remembers this plan, so that later ones are compared with it; a click on its point brings it back.</source>
        <translation>Merkt sich diesen Plan, damit spätere mit ihm verglichen werden; ein Klick auf seinen Punkt holt ihn zurück.</translation>
    </message>
    <message>
        <source>Linears that differ between plan A and this plan</source>
        <translation>Lineare Schichten, in denen sich Plan A und dieser Plan unterscheiden</translation>
    </message>
    <message>
        <source>error at %1 bits</source>
        <translation>Fehler bei %1 Bits</translation>
    </message>
    <message>
        <source>predicted KL, nats</source>
        <translation>vorhergesagte KL, nats</translation>
    </message>
    <message>
        <source>relative error, summed</source>
        <translation>relativer Fehler, summiert</translation>
    </message>
    <message>
        <source>this plan</source>
        <translation>dieser Plan</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>Öffnen Sie zuerst ein Modell.</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>%1 Bits je Gewicht</translation>
    </message>
    <message>
        <source>predicted error %1 %2</source>
        <translation>vorhergesagter Fehler %1 %2</translation>
    </message>
    <message>
        <source>%1 in all, %2 of them the blocks&apos; linears</source>
        <translation>%1 insgesamt, davon %2 die linearen Schichten der Blöcke</translation>
    </message>
    <message>
        <source>error %1</source>
        <translation>Fehler %1</translation>
    </message>
    <message>
        <source>at least %1 ms per token, reading %2 GB/s</source>
        <translation>mindestens %1 ms je Token bei %2 GB/s Lesen</translation>
    </message>
    <message>
        <source>%1 linears have bits that were not measured: there is no prediction.</source>
        <translation>%1 lineare Schichten haben Bits, die nicht gemessen wurden: Es gibt keine Vorhersage.</translation>
    </message>
    <message>
        <source>Proposed: %1</source>
        <translation>Vorgeschlagen: %1</translation>
    </message>
    <message>
        <source>Against the last plan: %1</source>
        <translation>Gegenüber dem letzten Plan: %1</translation>
    </message>
    <message>
        <source>Last measured: %1, predicted %2, measured %3 nats: the prediction was off by %4 %.</source>
        <translation>Zuletzt gemessen: %1, vorhergesagt %2, gemessen %3 nats: Die Vorhersage lag um %4 % daneben.</translation>
    </message>
    <message>
        <source>Uniform bits of its size measured %1 nats: it is %2 % better.</source>
        <translation>Einheitliche Bits seiner Größe ergaben %1 nats: Er ist %2 % besser.</translation>
    </message>
    <message>
        <source>Uniform bits of its size measured %1 nats: it is no better than they are.</source>
        <translation>Einheitliche Bits seiner Größe ergaben %1 nats: Er ist nicht besser als sie.</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>This plan is plan A.</source>
        <translation>Dieser Plan ist Plan A.</translation>
    </message>
    <message>
        <source>Writes the plan of the least predicted error within the budget into the recipe; locked linears stay.</source>
        <translation>Schreibt den Plan mit dem kleinsten vorhergesagten Fehler innerhalb des Budgets in das Rezept; gesperrte Schichten bleiben.</translation>
    </message>
    <message>
        <source>Measure the costs first.</source>
        <translation>Messen Sie zuerst die Kosten.</translation>
    </message>
    <message>
        <source>Evaluating…</source>
        <translation>Wird ausgewertet …</translation>
    </message>
    <message>
        <source>Evaluate &amp;this plan</source>
        <translation>Diesen Plan aus&amp;werten</translation>
    </message>
    <message>
        <source>Measures the KL divergence of this plan on the text; the run stands on the Evaluate page, too.</source>
        <translation>Misst die KL-Divergenz dieses Plans auf dem Text; der Lauf steht auch auf der Seite Auswerten.</translation>
    </message>
    <message>
        <source>&amp;Measure again</source>
        <translation>Erneut &amp;messen</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>The costs are being measured.</source>
        <translation>Die Kosten werden gemessen.</translation>
    </message>
    <message>
        <source>Predicted error against size, once it is known what every linear costs in every format: press Measure. Bits can be dragged before that.</source>
        <translation>Vorhergesagter Fehler gegen Größe, sobald bekannt ist, was jede lineare Schicht in jedem Format kostet: Drücken Sie Messen. Bits lassen sich schon vorher ziehen.</translation>
    </message>
    <message>
        <source>Measuring the costs</source>
        <translation>Kosten werden gemessen</translation>
    </message>
    <message>
        <source>Measuring the costs: %1</source>
        <translation>Kosten werden gemessen: %1</translation>
    </message>
    <message>
        <source>best bits within %1 per weight</source>
        <translation>beste Bits innerhalb von %1 je Gewicht</translation>
    </message>
    <message>
        <source>as all</source>
        <translation>wie alle</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 linears: %2</source>
        <translation>%1 lineare Schichten: %2</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>%1 linears: one bit more</source>
        <translation>%1 lineare Schichten: ein Bit mehr</translation>
    </message>
    <message>
        <source>%1 linears: one bit less</source>
        <translation>%1 lineare Schichten: ein Bit weniger</translation>
    </message>
    <message>
        <source>plan %1</source>
        <translation>Plan %1</translation>
    </message>
</context>
<context>
    <name>bitscape::BitsPresenter</name>
    <message>
        <source>This plan quantizes nothing: there is nothing to measure.</source>
        <translation>Dieser Plan quantisiert nichts: Es gibt nichts zu messen.</translation>
    </message>
    <message>
        <source>The costs are of another stack, rounding, text, or of other bits of inputs: measure again to have this recipe&apos;s own.</source>
        <translation>Die Kosten gehören zu einem anderen Stapel, einer anderen Rundung, einem anderen Text oder anderen Bits der Eingaben: Messen Sie erneut, um die dieses Rezepts zu haben.</translation>
    </message>
    <message>
        <source>Needs about %1 of memory and perhaps %2; %3 are free. The numbers are kept.</source>
        <translation>Braucht etwa %1 Speicher und vielleicht %2; %3 sind frei. Die Zahlen bleiben erhalten.</translation>
    </message>
    <message>
        <source>run %1</source>
        <translation>Lauf %1</translation>
    </message>
</context>
<context>
    <name>bitscape::ColourBar</name>
    <message>
        <source>Colour bar</source>
        <translation>Farbskala</translation>
    </message>
    <message>
        <source>%1: colours run from %2 to %3</source>
        <translation>%1: Farben reichen von %2 bis %3</translation>
    </message>
</context>
<context>
    <name>bitscape::CompareBar</name>
    <message>
        <source>Difference</source>
        <translation>Differenz</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>A and B beside each other, with the same colours, zoom and cross-hair</source>
        <translation>A und B nebeneinander, mit gleichen Farben, gleichem Zoom und Fadenkreuz</translation>
    </message>
    <message>
        <source>Which side is shown</source>
        <translation>Welche Seite gezeigt wird</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>A: %1</source>
        <translation>A: %1</translation>
    </message>
    <message>
        <source>Side A is the reference: the model as it is stored</source>
        <translation>Seite A ist die Referenz: das Modell, wie es gespeichert ist</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B: %1</translation>
    </message>
    <message>
        <source>Side B is the candidate: the model as the recipe quantizes it, or a second model</source>
        <translation>Seite B ist der Kandidat: das Modell, wie das Rezept es quantisiert, oder ein zweites Modell</translation>
    </message>
    <message>
        <source>B − A: pale is zero, blue is below A and red above. The paler the picture, the better</source>
        <translation>B − A: blass ist null, Blau liegt unter A, Rot darüber. Je blasser das Bild, desto besser</translation>
    </message>
    <message>
        <source>There is no difference: %1</source>
        <translation>Es gibt keine Differenz: %1</translation>
    </message>
</context>
<context>
    <name>bitscape::ComparisonCard</name>
    <message>
        <source>Comparison of two runs</source>
        <translation>Vergleich zweier Läufe</translation>
    </message>
    <message>
        <source>A: %1</source>
        <translation>A: %1</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B: %1</translation>
    </message>
    <message>
        <source>B − A</source>
        <translation>B − A</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>a measure and its unit</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1
%2</source>
        <comment>a verdict and what is measured</comment>
        <translation>%1
%2</translation>
    </message>
    <message>
        <source>Two runs compare here: a click on a row below makes it A, Ctrl+click makes it B.</source>
        <translation>Hier werden zwei Läufe verglichen: Ein Klick auf eine Zeile unten macht sie zu A, Strg+Klick zu B.</translation>
    </message>
</context>
<context>
    <name>bitscape::Document</name>
    <message>
        <source>float</source>
        <translation>Float</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>bits %1</source>
        <translation>Bits %1</translation>
    </message>
    <message>
        <source>%1, pushed through the stack: static</source>
        <translation>%1, durch den Stapel geschoben: statisch</translation>
    </message>
    <message>
        <source>static</source>
        <translation>statisch</translation>
    </message>
    <message>
        <source>propagated</source>
        <translation>propagiert</translation>
    </message>
    <message>
        <source>This recipe needs a calibration text: choose one in the stack.</source>
        <translation>Dieses Rezept braucht einen Kalibrierungstext: Im Stapel einen wählen.</translation>
    </message>
</context>
<context>
    <name>bitscape::EditActions</name>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Bits of the selected linear</source>
        <translation>Bits des gewählten &amp;Linear-Layers</translation>
    </message>
    <message>
        <source>&amp;Float</source>
        <translation>&amp;Float</translation>
    </message>
    <message>
        <source>&amp;As all</source>
        <translation>&amp;Wie alle</translation>
    </message>
    <message>
        <source>&amp;Previous block</source>
        <translation>&amp;Vorheriger Block</translation>
    </message>
    <message>
        <source>&amp;Next block</source>
        <translation>&amp;Nächster Block</translation>
    </message>
    <message>
        <source>Runs the prompt again, and the text where a cancel left it out</source>
        <translation>Rechnet den Prompt erneut und den Text dort, wo ein Abbruch ihn ausgelassen hat</translation>
    </message>
    <message>
        <source>&amp;Filter the model</source>
        <translation>Modell &amp;filtern</translation>
    </message>
    <message>
        <source>Clear the &amp;selection, or cancel the job</source>
        <translation>&amp;Auswahl aufheben oder Job abbrechen</translation>
    </message>
    <message>
        <source>as all</source>
        <translation>wie alle</translation>
    </message>
    <message>
        <source>float</source>
        <translation>Float</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>1 bit</source>
        <translation>1 Bit</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>Re&amp;compute</source>
        <translation>&amp;Neu berechnen</translation>
    </message>
    <message>
        <source>Cancel all &amp;jobs</source>
        <translation>Alle &amp;Jobs abbrechen</translation>
    </message>
</context>
<context>
    <name>bitscape::EffectBar</name>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel: %1</source>
        <translation>Abbrechen: %1</translation>
    </message>
    <message>
        <source>Measure: %1</source>
        <translation>Messen: %1</translation>
    </message>
    <message>
        <source>Stops after the present step; what is known stays.</source>
        <translation>Stoppt nach dem aktuellen Schritt; was bekannt ist, bleibt.</translation>
    </message>
</context>
<context>
    <name>bitscape::Effects</name>
    <message>
        <source>Open a model first.</source>
        <translation>Zuerst ein Modell öffnen.</translation>
    </message>
    <message>
        <source>The recipe quantizes nothing: choose bits first.</source>
        <translation>Das Rezept quantisiert nichts: zuerst Bits wählen.</translation>
    </message>
    <message>
        <source>Error that each linear adds alone at %1</source>
        <translation>Fehler, den jeder Linear-Layer allein bei %1 beiträgt</translation>
    </message>
    <message>
        <source>Error that each component adds alone at %1</source>
        <translation>Fehler, den jede Komponente allein bei %1 beiträgt</translation>
    </message>
</context>
<context>
    <name>bitscape::EmptyStack</name>
    <message>
        <source>No steps: weights are rounded as they are.

A stack is a list of steps that change the model before it is rounded, without changing what it computes: scales, rotations and permutations move outliers to where rounding hurts less. Each step works on what the steps above it leave. What it inserts folds into the weights where it can, and runs online where it cannot.

Begin with a method:</source>
        <translation>Keine Schritte: Die Gewichte werden gerundet, wie sie sind.

Ein Stapel ist eine Liste von Schritten, die das Modell vor dem Runden ändern, ohne zu ändern, was es berechnet: Skalierungen, Rotationen und Permutationen bringen Ausreißer dorthin, wo Runden weniger schadet. Jeder Schritt arbeitet auf dem, was die Schritte über ihm hinterlassen. Was er einfügt, geht in die Gewichte ein, wo das möglich ist, und läuft sonst zur Laufzeit.

Mit einer Methode beginnen:</translation>
    </message>
</context>
<context>
    <name>bitscape::EvaluatePanel</name>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>Perplexity and KL divergence of the recipe on a text</source>
        <translation>Perplexity und KL-Divergenz des Rezepts auf einem Text</translation>
    </message>
    <message>
        <source>One prompt continued by A and by B, token by token</source>
        <translation>Ein Prompt, von A und von B Token für Token fortgesetzt</translation>
    </message>
    <message>
        <source>Run %1 goes on: %2 of %3 windows done.</source>
        <translation>Lauf %1 ist im Gang: %2 von %3 Fenstern fertig.</translation>
    </message>
    <message>
        <source>no run</source>
        <translation>kein Lauf</translation>
    </message>
    <message>
        <source>Run an evaluation: numbers appear here as windows are done.</source>
        <translation>Eine Auswertung starten: Zahlen erscheinen hier mit jedem fertigen Fenster.</translation>
    </message>
    <message>
        <source>A difference needs two runs: change the recipe and run again.</source>
        <translation>Eine Differenz braucht zwei Läufe: Rezept ändern und erneut starten.</translation>
    </message>
    <message>
        <source>The two runs share no number of windows yet.</source>
        <translation>Die beiden Läufe haben noch keine gemeinsame Fensterzahl.</translation>
    </message>
    <message>
        <source>There is no second run yet: change the recipe and run again.</source>
        <translation>Es gibt noch keinen zweiten Lauf: Rezept ändern und erneut starten.</translation>
    </message>
    <message>
        <source>Numbers appear here as windows are done.</source>
        <translation>Zahlen erscheinen hier mit jedem fertigen Fenster.</translation>
    </message>
    <message>
        <source>The float model does not diverge from itself: evaluate a quantizing recipe.</source>
        <translation>Das Float-Modell weicht nicht von sich selbst ab: ein quantisierendes Rezept auswerten.</translation>
    </message>
    <message>
        <source>No run shown here has measured its blocks.</source>
        <translation>Kein hier gezeigter Lauf hat seine Blöcke gemessen.</translation>
    </message>
    <message>
        <source>Measure, generate or time</source>
        <translation>Messen, erzeugen oder stoppen</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>How fast this machine multiplies, for every number of bits of weights and inputs</source>
        <translation>Wie schnell dieser Rechner multipliziert, für jede Bitzahl von Gewichten und Eingaben</translation>
    </message>
</context>
<context>
    <name>bitscape::EvaluatePresenter</name>
    <message>
        <source>Needs about %1 of memory and %2; %3 are free.</source>
        <translation>Braucht etwa %1 Speicher und %2; %3 sind frei.</translation>
    </message>
    <message>
        <source>Needs about %1 of memory and perhaps %2, a guess until the first run; %3 are free.</source>
        <translation>Braucht etwa %1 Speicher und vielleicht %2, bis zum ersten Lauf eine Schätzung; %3 sind frei.</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>Zuerst ein Modell öffnen.</translation>
    </message>
    <message>
        <source>%1 (%2 bits per weight)</source>
        <translation>%1 (%2 Bit pro Gewicht)</translation>
    </message>
    <message>
        <source>the recipe of run %1</source>
        <translation>das Rezept von Lauf %1</translation>
    </message>
    <message>
        <source>recipe of run %1</source>
        <translation>Rezept von Lauf %1</translation>
    </message>
</context>
<context>
    <name>bitscape::ExportDialog</name>
    <message>
        <source>Export for another program</source>
        <translation>Für ein anderes Programm exportieren</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>A new folder, or one that holds an export of this program</source>
        <translation>Ein neuer Ordner oder einer mit einem Export dieses Programms</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Wählen…</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>Folder of the export</source>
        <translation>Ordner des Exports</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>What its programs can load</source>
        <translation>Was seine Programme laden können</translation>
    </message>
    <message>
        <source>Findings about this export</source>
        <translation>Befunde zu diesem Export</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportieren</translation>
    </message>
    <message>
        <source>This format cannot hold the recipe as it is: apply the remedies above, or choose another format.</source>
        <translation>Dieses Format kann das Rezept so nicht aufnehmen: Wenden Sie die Abhilfen oben an oder wählen Sie ein anderes Format.</translation>
    </message>
    <message>
        <source>Choose a folder to write to.</source>
        <translation>Wählen Sie einen Ordner, in den geschrieben wird.</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>Kein Modell ist geöffnet.</translation>
    </message>
    <message>
        <source>%1 bits per weight in the blocks, about %2 in all</source>
        <translation>%1 Bit pro Gewicht in den Blöcken, insgesamt etwa %2</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>Remedy: %1</source>
        <translation>Abhilfe: %1</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Apply: %1</source>
        <translation>Anwenden: %1</translation>
    </message>
    <message>
        <source>Nothing stands in the way.</source>
        <translation>Nichts steht im Weg.</translation>
    </message>
    <message>
        <source>For %1: %2</source>
        <translation>Für %1: %2</translation>
    </message>
    <message>
        <source>Resolve &amp;all errors</source>
        <translation>&amp;Alle Fehler beheben</translation>
    </message>
    <message>
        <source>%1; and %2 more</source>
        <translation>%1; und %2 weitere</translation>
    </message>
</context>
<context>
    <name>bitscape::FigureExport</name>
    <message>
        <source>Copy &amp;value</source>
        <translation>Wert &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy the value under the cursor or the selected cells (%1)</source>
        <translation>Den Wert unter dem Mauszeiger oder die gewählten Zellen kopieren (%1)</translation>
    </message>
    <message>
        <source>Copy &amp;picture</source>
        <translation>&amp;Bild kopieren</translation>
    </message>
    <message>
        <source>&amp;Save picture…</source>
        <translation>Bild &amp;speichern…</translation>
    </message>
    <message>
        <source>As PNG at a chosen scale, SVG or PDF</source>
        <translation>Als PNG in wählbarer Skalierung, SVG oder PDF</translation>
    </message>
    <message>
        <source>Save &amp;numbers…</source>
        <translation>&amp;Zahlen speichern…</translation>
    </message>
    <message>
        <source>What the picture shows, as CSV or JSON</source>
        <translation>Was das Bild zeigt, als CSV oder JSON</translation>
    </message>
    <message>
        <source>There is no value to copy: point at a cell or select one.</source>
        <translation>Kein Wert zum Kopieren: auf eine Zelle zeigen oder eine auswählen.</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Kopiert: %1</translation>
    </message>
    <message>
        <source>Copied the picture &quot;%1&quot;.</source>
        <translation>Bild „%1“ kopiert.</translation>
    </message>
    <message>
        <source>Saved %1.</source>
        <translation>%1 gespeichert.</translation>
    </message>
    <message>
        <source>Click a picture first: several can be seen.</source>
        <translation>Zuerst ein Bild anklicken: Mehrere sind zu sehen.</translation>
    </message>
</context>
<context>
    <name>bitscape::FileActions</name>
    <message>
        <source>&amp;Open model…</source>
        <translation>&amp;Modell öffnen…</translation>
    </message>
    <message>
        <source>Open model &amp;folder…</source>
        <translation>Modell&amp;ordner öffnen…</translation>
    </message>
    <message>
        <source>Open st&amp;udy…</source>
        <translation>S&amp;tudie öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Open a second model as &amp;B…</source>
        <translation>Zweites Modell als &amp;B öffnen…</translation>
    </message>
    <message>
        <source>Every view compares it with the first one: A, B, difference, side by side.</source>
        <translation>Jede Ansicht vergleicht es mit dem ersten: A, B, Differenz, nebeneinander.</translation>
    </message>
    <message>
        <source>Close model B</source>
        <translation>Modell B schließen</translation>
    </message>
    <message>
        <source>&amp;Save study</source>
        <translation>Studie &amp;speichern</translation>
    </message>
    <message>
        <source>Save study &amp;as…</source>
        <translation>Studie speichern &amp;unter…</translation>
    </message>
    <message>
        <source>&amp;Keep statistics in the study</source>
        <translation>Statisti&amp;ken in der Studie ablegen</translation>
    </message>
    <message>
        <source>The file is larger and opens without reading the text again.</source>
        <translation>Die Datei wird größer, lässt sich aber öffnen, ohne den Text erneut zu lesen.</translation>
    </message>
    <message>
        <source>&amp;Export quantized model…</source>
        <translation>Quantisiertes Modell &amp;exportieren…</translation>
    </message>
    <message>
        <source>Save re&amp;port…</source>
        <translation>Be&amp;richt speichern…</translation>
    </message>
    <message>
        <source>One HTML file with recipe, numbers, figures, versions and the command that repeats it.</source>
        <translation>Eine HTML-Datei mit Rezept, Zahlen, Abbildungen, Versionen und dem Befehl, der alles wiederholt.</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>&amp;Fenster schließen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>Been&amp;den</translation>
    </message>
    <message>
        <source>Open model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>Open a second model as B</source>
        <translation>Zweites Modell als B öffnen</translation>
    </message>
    <message>
        <source>Models (*.gguf *.safetensors);;All files (*)</source>
        <translation>Modelle (*.gguf *.safetensors);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open model folder</source>
        <translation>Modellordner öffnen</translation>
    </message>
    <message>
        <source>Open study</source>
        <translation>Studie öffnen</translation>
    </message>
    <message>
        <source>Studies (*.h5);;All files (*)</source>
        <translation>Studien (*.h5);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Save study</source>
        <translation>Studie speichern</translation>
    </message>
    <message>
        <source>Studies (*.h5)</source>
        <translation>Studien (*.h5)</translation>
    </message>
    <message>
        <source>Export quantized model</source>
        <translation>Quantisiertes Modell exportieren</translation>
    </message>
    <message>
        <source>Packed models (*.safetensors)</source>
        <translation>Gepackte Modelle (*.safetensors)</translation>
    </message>
    <message>
        <source>Exported %1.</source>
        <translation>%1 exportiert.</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>%1 exportieren</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>Reports (*.html)</source>
        <translation>Berichte (*.html)</translation>
    </message>
    <message>
        <source>Saved %1.</source>
        <translation>%1 gespeichert.</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 bei %2</translation>
    </message>
    <message>
        <source>The sample model</source>
        <translation>Das Beispielmodell</translation>
    </message>
    <message>
        <source>it is not there any more</source>
        <translation>nicht mehr vorhanden</translation>
    </message>
    <message>
        <source>it has not been downloaded: ./run.sh fetches it</source>
        <translation>nicht heruntergeladen: ./run.sh holt es</translation>
    </message>
    <message>
        <source>Export for another pro&amp;gram…</source>
        <translation>Für ein anderes Pro&amp;gramm exportieren…</translation>
    </message>
    <message>
        <source>compressed-tensors, GPTQ, GGUF or plain safetensors, checked for what loads them.</source>
        <translation>compressed-tensors, GPTQ, GGUF oder einfache Safetensors, geprüft für die Programme, die sie laden.</translation>
    </message>
    <message>
        <source>Replace the folder?</source>
        <translation>Den Ordner ersetzen?</translation>
    </message>
    <message>
        <source>%1 is there already. An export of this program in it is replaced, anything else is left alone.</source>
        <translation>%1 ist schon da. Ein Export dieses Programms darin wird ersetzt, alles andere bleibt unberührt.</translation>
    </message>
    <message>
        <source>Exported %1, %2, read back and compared.</source>
        <translation>%1 exportiert, %2, zurückgelesen und verglichen.</translation>
    </message>
</context>
<context>
    <name>bitscape::Generation</name>
    <message>
        <source>Generate text with A and B</source>
        <translation>Text mit A und B erzeugen</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Gestoppt.</translation>
    </message>
</context>
<context>
    <name>bitscape::GenerationCompare</name>
    <message numerus="yes">
        <source>Both texts are equal in all %n token(s).</source>
        <translation>
            <numerusform>Beide Texte sind in %n Token gleich.</numerusform>
            <numerusform>Beide Texte sind in allen %n Tokens gleich.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Equal so far in %n token(s).</source>
        <translation>
            <numerusform>Bisher in %n Token gleich.</numerusform>
            <numerusform>Bisher in %n Tokens gleich.</numerusform>
        </translation>
    </message>
    <message>
        <source>The first difference is at token %1; %2 % of %3 positions are equal.</source>
        <translation>Der erste Unterschied liegt bei Token %1; %2 % von %3 Positionen sind gleich.</translation>
    </message>
    <message>
        <source>Reading A&apos;s text, B would choose the same next token at %1 % of positions.</source>
        <translation>Beim Lesen des Texts von A würde B an %1 % der Positionen dasselbe nächste Token wählen.</translation>
    </message>
</context>
<context>
    <name>bitscape::GenerationView</name>
    <message>
        <source>“%1” (id %2, probability %3 %)</source>
        <translation>„%1“ (ID %2, Wahrscheinlichkeit %3 %)</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>Zuerst ein Modell öffnen.</translation>
    </message>
    <message>
        <source>float</source>
        <translation>Float</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>quantisiert</translation>
    </message>
    <message>
        <source>Text that both models continue</source>
        <translation>Text, den beide Modelle fortsetzen</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>How many tokens each model writes at most; an end-of-text token ends it earlier.</source>
        <translation>Wie viele Tokens jedes Modell höchstens schreibt; ein Textende-Token beendet es früher.</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>Greedy</translation>
    </message>
    <message>
        <source>Greedy takes the most probable token each time: the fairest comparison. Above that tokens are drawn, with the same random numbers for A and B.</source>
        <translation>Greedy nimmt jedes Mal das wahrscheinlichste Token: der fairste Vergleich. Darüber werden Tokens gezogen, mit denselben Zufallszahlen für A und B.</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>Er&amp;zeugen</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Stoppen</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>&amp;Prompt</translation>
    </message>
    <message>
        <source>To&amp;kens</source>
        <translation>To&amp;kens</translation>
    </message>
    <message>
        <source>Te&amp;mperature</source>
        <translation>Te&amp;mperatur</translation>
    </message>
    <message>
        <source>A: %1</source>
        <translation>A: %1</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B: %1</translation>
    </message>
    <message>
        <source>Text of A, %1</source>
        <translation>Text von A, %1</translation>
    </message>
    <message>
        <source>Text of B, %1</source>
        <translation>Text von B, %1</translation>
    </message>
    <message>
        <source>Write a prompt that both models continue.</source>
        <translation>Einen Prompt schreiben, den beide Modelle fortsetzen.</translation>
    </message>
    <message>
        <source>Lets A and then B continue the prompt</source>
        <translation>Lässt erst A, dann B den Prompt fortsetzen</translation>
    </message>
    <message>
        <source>Waiting for its turn …</source>
        <translation>Wartet, bis es an der Reihe ist …</translation>
    </message>
    <message>
        <source>The text appears here, token by token.</source>
        <translation>Der Text erscheint hier Token für Token.</translation>
    </message>
    <message>
        <source>Point at a token: its id and probability in A and in B.</source>
        <translation>Auf ein Token zeigen: seine ID und Wahrscheinlichkeit in A und in B.</translation>
    </message>
    <message>
        <source>Token %1: A %2, B %3</source>
        <translation>Token %1: A %2, B %3</translation>
    </message>
    <message>
        <source>The model ended its text at once.</source>
        <translation>Das Modell hat seinen Text sofort beendet.</translation>
    </message>
</context>
<context>
    <name>bitscape::HeadGrid</name>
    <message>
        <source>Attention heads</source>
        <translation>Attention-Heads</translation>
    </message>
    <message>
        <source>Head %1</source>
        <translation>Head %1</translation>
    </message>
    <message>
        <source>first token %1</source>
        <translation>erstes Token %1</translation>
    </message>
    <message>
        <source>entropy %1</source>
        <translation>Entropie %1</translation>
    </message>
    <message>
        <source>first token %1 → %2</source>
        <translation>erstes Token %1 → %2</translation>
    </message>
    <message>
        <source>entropy %1 → %2</source>
        <translation>Entropie %1 → %2</translation>
    </message>
</context>
<context>
    <name>bitscape::HeatMap</name>
    <message>
        <source>row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>%1 \ %2 (each value is the largest by magnitude of %3 x %3 cells)</source>
        <translation>%1 \ %2 (jeder Wert ist der betragsgrößte von %3 x %3 Zellen)</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>Noch nichts zu zeigen.</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Heatmap</translation>
    </message>
    <message>
        <source>Heat map of %1, %2</source>
        <translation>Heatmap von %1, %2</translation>
    </message>
    <message>
        <source>Heat map of %1</source>
        <translation>Heatmap von %1</translation>
    </message>
    <message>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>|value|</source>
        <translation>|Wert|</translation>
    </message>
    <message>
        <source>%1 %2 “%3”</source>
        <comment>axis, index, token</comment>
        <translation>%1 %2 „%3“</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>axis, index</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>masked: it lies in the future</source>
        <translation>maskiert: liegt in der Zukunft</translation>
    </message>
    <message>
        <source>value %1</source>
        <translation>Wert %1</translation>
    </message>
    <message>
        <source>%1 % of the largest</source>
        <translation>%1 % des größten</translation>
    </message>
    <message>
        <source>|value| above %1 % of all</source>
        <translation>|Wert| über %1 % aller</translation>
    </message>
    <message>
        <source>%1 %2: its value of largest magnitude is %3</source>
        <comment>axis, index, value</comment>
        <translation>%1 %2: betragsgrößter Wert ist %3</translation>
    </message>
    <message>
        <source>Drag an end of the bar to change the range (Ctrl+Up, Ctrl+Down); double click it (Ctrl+Home) for the range of the data.</source>
        <translation>Ein Ende der Skala ziehen, um den Bereich zu ändern (Strg+Hoch, Strg+Herunter); Doppelklick (Strg+Pos1) stellt den Bereich der Daten ein.</translation>
    </message>
    <message>
        <source>Cyan: values beyond the range.</source>
        <translation>Cyan: Werte außerhalb des Bereichs.</translation>
    </message>
    <message>
        <source>The largest magnitude of each column, over all rows: an outlier channel is seen here at any zoom. A click selects the column.</source>
        <translation>Der größte Betrag jeder Spalte über alle Zeilen: Ein Ausreißerkanal ist hier bei jedem Zoom zu sehen. Ein Klick wählt die Spalte.</translation>
    </message>
    <message>
        <source>The largest magnitude of each row, over all columns: a token with massive values is seen here at any zoom. A click selects the row.</source>
        <translation>Der größte Betrag jeder Zeile über alle Spalten: Ein Token mit massiven Werten ist hier bei jedem Zoom zu sehen. Ein Klick wählt die Zeile.</translation>
    </message>
    <message>
        <source>A massive outlier: far above all else in its block. A grid of few codes that covers it leaves little for the rest.</source>
        <translation>Ein massiver Ausreißer: weit über allem anderen in seinem Block. Ein Gitter aus wenigen Codes, das ihn abdeckt, lässt wenig für den Rest.</translation>
    </message>
    <message>
        <source>%1 × %2, largest |value| %3. Wheel zooms, Space+drag pans, double click zooms to a cell, Home fits.</source>
        <translation>%1 × %2, größter |Wert| %3. Mausrad zoomt, Leertaste+Ziehen verschiebt, Doppelklick zoomt auf eine Zelle, Pos1 passt ein.</translation>
    </message>
</context>
<context>
    <name>bitscape::HeatPair</name>
    <message>
        <source>A: %1</source>
        <translation>A: %1</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B: %1</translation>
    </message>
    <message>
        <source>Difference: %1 minus %2</source>
        <translation>Differenz: %1 minus %2</translation>
    </message>
    <message>
        <source>Difference: B minus A</source>
        <translation>Differenz: B minus A</translation>
    </message>
    <message>
        <source>Computing the difference …</source>
        <translation>Differenz wird berechnet …</translation>
    </message>
    <message>
        <source>A has %1 × %2 values, B has %3 × %4: there is no difference to show.</source>
        <translation>A hat %1 × %2 Werte, B hat %3 × %4: Es gibt keine Differenz zu zeigen.</translation>
    </message>
    <message>
        <source>A %1   B %2</source>
        <comment>values</comment>
        <translation>A %1   B %2</translation>
    </message>
</context>
<context>
    <name>bitscape::Hints</name>
    <message>
        <source>Hints</source>
        <translation>Tipps</translation>
    </message>
    <message>
        <source>Three things to begin with</source>
        <translation>Drei Dinge zum Anfang</translation>
    </message>
    <message>
        <source>Every cell of the overview is one linear layer. Click one that stands out: all pages follow the selection.</source>
        <translation>Jede Zelle der Übersicht ist ein Linear-Layer. Auf eine auffällige klicken: Alle Seiten folgen der Auswahl.</translation>
    </message>
    <message>
        <source>Each page shows A (the model as it is), B (as the recipe quantizes it), or their difference.</source>
        <translation>Jede Seite zeigt A (das Modell, wie es ist), B (wie das Rezept es quantisiert) oder beider Differenz.</translation>
    </message>
    <message>
        <source>Right-click any picture to copy it or to save it with its numbers. Ctrl+Z undoes every change of the recipe.</source>
        <translation>Ein Rechtsklick auf ein Bild kopiert es oder speichert es mit seinen Zahlen. Strg+Z macht jede Änderung am Rezept rückgängig.</translation>
    </message>
    <message>
        <source>Got it</source>
        <translation>Verstanden</translation>
    </message>
    <message>
        <source>Close this card for ever (Esc)</source>
        <translation>Diese Karte dauerhaft schließen (Esc)</translation>
    </message>
</context>
<context>
    <name>bitscape::JobList</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 kB</source>
        <translation>%1 kB</translation>
    </message>
    <message>
        <source>%1 GB</source>
        <translation>%1 GB</translation>
    </message>
    <message>
        <source>%1 MB</source>
        <translation>%1 MB</translation>
    </message>
    <message>
        <source>Nothing is running.</source>
        <translation>Es läuft nichts.</translation>
    </message>
    <message>
        <source>Clear ended</source>
        <translation>Beendete entfernen</translation>
    </message>
    <message>
        <source>Remove the jobs that have ended from this list</source>
        <translation>Beendete Jobs aus dieser Liste entfernen</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Jobs</translation>
    </message>
</context>
<context>
    <name>bitscape::JobRow</name>
    <message>
        <source>waiting, %1 of %2</source>
        <translation>wartet, %1 von %2</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>paused at %1 %</source>
        <translation>pausiert bei %1 %</translation>
    </message>
    <message>
        <source>held back</source>
        <translation>zurückgestellt</translation>
    </message>
    <message>
        <source>cancelling…</source>
        <translation>wird abgebrochen…</translation>
    </message>
    <message>
        <source>done in %1</source>
        <translation>fertig in %1</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>✕ failed</source>
        <translation>✕ fehlgeschlagen</translation>
    </message>
    <message>
        <source>needs %1</source>
        <translation>braucht %1</translation>
    </message>
    <message>
        <source>Memory beyond what the program holds now, and the time at the speed measured here so far. &quot;Perhaps&quot; means that no speed is known yet.</source>
        <translation>Speicher zusätzlich zu dem, was das Programm jetzt belegt, und die Zeit bei der hier bisher gemessenen Geschwindigkeit. „Vielleicht“ bedeutet, dass noch keine Geschwindigkeit bekannt ist.</translation>
    </message>
    <message>
        <source>Progress of %1</source>
        <translation>Fortschritt von %1</translation>
    </message>
    <message>
        <source>Started at %1</source>
        <translation>Gestartet um %1</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1. %2</translation>
    </message>
    <message>
        <source>%1, %3. %2</source>
        <translation>%1, %3. %2</translation>
    </message>
    <message>
        <source>Run %1 earlier (Alt+Up; Alt+Home: first)</source>
        <translation>%1 früher ausführen (Alt+Hoch; Alt+Pos1: als Erstes)</translation>
    </message>
    <message>
        <source>Run %1 later (Alt+Down)</source>
        <translation>%1 später ausführen (Alt+Herunter)</translation>
    </message>
    <message>
        <source>Go on with %1 (Space)</source>
        <translation>%1 fortsetzen (Leertaste)</translation>
    </message>
    <message>
        <source>Pause %1 (Space): it keeps what it has computed and lets the next job run</source>
        <translation>%1 pausieren (Leertaste): behält das Berechnete und lässt den nächsten Job laufen</translation>
    </message>
    <message>
        <source>Remove %1 from the list (Delete)</source>
        <translation>%1 aus der Liste entfernen (Entf)</translation>
    </message>
    <message>
        <source>Cancel %1 (Delete)</source>
        <translation>%1 abbrechen (Entf)</translation>
    </message>
</context>
<context>
    <name>bitscape::Jobs</name>
    <message>
        <source>%1 memory, %2 disk, about %3</source>
        <translation>%1 Speicher, %2 Platte, etwa %3</translation>
    </message>
    <message>
        <source>%1 memory, %2 disk, perhaps %3</source>
        <translation>%1 Speicher, %2 Platte, vielleicht %3</translation>
    </message>
    <message>
        <source>%1, about %2</source>
        <translation>%1, etwa %2</translation>
    </message>
    <message>
        <source>%1, perhaps %2</source>
        <translation>%1, vielleicht %2</translation>
    </message>
    <message>
        <source>Out of memory: close other programs, or choose fewer windows or a shorter prompt.</source>
        <translation>Kein Speicher mehr: andere Programme schließen oder weniger Fenster oder einen kürzeren Prompt wählen.</translation>
    </message>
</context>
<context>
    <name>bitscape::LineChart</name>
    <message>
        <source>Nothing to show yet.</source>
        <translation>Noch nichts zu zeigen.</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>Diagramm</translation>
    </message>
    <message>
        <source>Chart: %1</source>
        <translation>Diagramm: %1</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>axis and value: block 7</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1: %2 ± %3</source>
        <translation>%1: %2 ± %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>bitscape::LinearErrors</name>
    <message>
        <source>Error of each linear at %1</source>
        <translation>Fehler jedes Linear-Layers bei %1</translation>
    </message>
</context>
<context>
    <name>bitscape::LookBar</name>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>logarithmisch</translation>
    </message>
    <message>
        <source>Logarithmic shows small values too; linear shows their true proportions</source>
        <translation>Logarithmisch zeigt auch kleine Werte; linear zeigt die wahren Verhältnisse</translation>
    </message>
    <message>
        <source>Viridis, Inferno and Cividis show magnitudes; the last shows signs. Cividis looks alike with colour blindness</source>
        <translation>Viridis, Inferno und Cividis zeigen Beträge, die letzte Palette zeigt Vorzeichen. Cividis sieht auch bei Farbfehlsichtigkeit gleich aus</translation>
    </message>
    <message>
        <source>Fix &amp;range</source>
        <translation>Bereich fi&amp;xieren</translation>
    </message>
    <message>
        <source>Keeps the colours comparable while you move through the model</source>
        <translation>Hält die Farben beim Gang durch das Modell vergleichbar</translation>
    </message>
    <message>
        <source>Lowest value of the colours</source>
        <translation>Kleinster Wert der Farben</translation>
    </message>
    <message>
        <source>Highest value of the colours</source>
        <translation>Größter Wert der Farben</translation>
    </message>
    <message>
        <source>S&amp;cale</source>
        <translation>&amp;Skala</translation>
    </message>
    <message>
        <source>C&amp;olours</source>
        <translation>&amp;Farben</translation>
    </message>
</context>
<context>
    <name>bitscape::MainWindow</name>
    <message>
        <source>Bitscape</source>
        <translation>Bitscape</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Jobs</translation>
    </message>
    <message>
        <source>As opened</source>
        <translation>Wie geöffnet</translation>
    </message>
    <message>
        <source>History of the recipe&apos;s edits</source>
        <translation>Verlauf der Änderungen am Rezept</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keys and mouse</source>
        <translation>&amp;Tasten und Maus</translation>
    </message>
    <message>
        <source>&amp;About Bitscape</source>
        <translation>&amp;Über Bitscape</translation>
    </message>
    <message>
        <source>&amp;Notices</source>
        <translation>&amp;Quellenangaben</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farbschema</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>The language changes when Bitscape is started again.</source>
        <translation>Die Sprache ändert sich beim nächsten Start von Bitscape.</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>&amp;Vollbild</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Layout &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Text to evaluate on</source>
        <translation>Text für die Auswertung</translation>
    </message>
    <message>
        <source>Texts (*.txt *.md);;All files (*)</source>
        <translation>Texte (*.txt *.md);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>%1[*] – %2 – Bitscape</source>
        <translation>%1[*] – %2 – Bitscape</translation>
    </message>
    <message>
        <source>%1   ·   block %2, %3   ·   recipe %4: %5 bits per weight, %6 in all</source>
        <translation>%1   ·   Block %2, %3   ·   Rezept %4: %5 Bit pro Gewicht, %6 insgesamt</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Stack</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Text to calibrate on</source>
        <translation>Text zum Kalibrieren</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
</context>
<context>
    <name>bitscape::MatrixView</name>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>Noch nichts zu zeigen.</translation>
    </message>
    <message>
        <source>Matrix of linears</source>
        <translation>Matrix der Linear-Layer</translation>
    </message>
    <message>
        <source>Matrix of linears: %1</source>
        <translation>Matrix der Linear-Layer: %1</translation>
    </message>
    <message>
        <source>block %1, %2</source>
        <translation>Block %1, %2</translation>
    </message>
    <message>
        <source>%1: not computed yet</source>
        <translation>%1: noch nicht berechnet</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>rank %1 of %2</source>
        <translation>Rang %1 von %2</translation>
    </message>
</context>
<context>
    <name>bitscape::MessageBar</name>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Close this message (Esc)</source>
        <translation>Diese Meldung schließen (Esc)</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>bitscape::MessageLog</name>
    <message>
        <source>Information</source>
        <translation>Information</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>Schweregrad</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>C&amp;lear the log</source>
        <translation>Protokoll &amp;leeren</translation>
    </message>
    <message>
        <source>Nothing to report.</source>
        <translation>Nichts zu melden.</translation>
    </message>
</context>
<context>
    <name>bitscape::ModelPanel</name>
    <message>
        <source>Filter: down, block 7</source>
        <translation>Filter: down, Block 7</translation>
    </message>
    <message>
        <source>Filter of the model tree</source>
        <translation>Filter des Modellbaums</translation>
    </message>
    <message>
        <source>Model tree</source>
        <translation>Modellbaum</translation>
    </message>
</context>
<context>
    <name>bitscape::ModelTree</name>
    <message>
        <source>block %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>%1 outputs × %2 inputs</source>
        <translation>%1 Ausgänge × %2 Eingänge</translation>
    </message>
    <message>
        <source>Not computed yet.</source>
        <translation>Noch nicht berechnet.</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 Byte</translation>
    </message>
    <message>
        <source>(the worst below)</source>
        <translation>(der schlechteste darunter)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Max |x|</source>
        <translation>Max |x|</translation>
    </message>
    <message>
        <source>Kurtosis</source>
        <translation>Kurtosis</translation>
    </message>
    <message>
        <source>SQNR</source>
        <translation>SQNR</translation>
    </message>
    <message>
        <source>Model, block, linear</source>
        <translation>Modell, Block, Linear-Layer</translation>
    </message>
    <message>
        <source>Outputs × inputs</source>
        <translation>Ausgänge × Eingänge</translation>
    </message>
    <message>
        <source>Stored bits per weight at the current plan, scales and zero points included; float counts 16</source>
        <translation>Gespeicherte Bits pro Gewicht beim aktuellen Plan, Skalenfaktoren und Nullpunkte eingeschlossen; Float zählt 16</translation>
    </message>
    <message>
        <source>Stored size at the current plan</source>
        <translation>Gespeicherte Größe beim aktuellen Plan</translation>
    </message>
    <message>
        <source>Largest magnitude of the linear&apos;s input: a range that covers it leaves few codes for the rest</source>
        <translation>Größter Betrag am Eingang des Linear-Layers: Ein Bereich, der ihn abdeckt, lässt wenige Codes für den Rest</translation>
    </message>
    <message>
        <source>How heavy the tails of the input are: 3 is a normal distribution, above 100 outliers dominate</source>
        <translation>Wie schwer die Ränder der Eingangsverteilung sind: 3 ist eine Normalverteilung, über 100 dominieren Ausreißer</translation>
    </message>
    <message>
        <source>Signal to quantization noise of the output in dB: above 30 is good, below 15 hurts</source>
        <translation>Signal-Quantisierungsrausch-Abstand des Ausgangs in dB: über 30 ist gut, unter 15 schadet</translation>
    </message>
</context>
<context>
    <name>bitscape::OverviewPanel</name>
    <message>
        <source>Open a model to see where it resists quantization.</source>
        <translation>Ein Modell öffnen, um zu sehen, wo es sich der Quantisierung widersetzt.</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Maß</translation>
    </message>
    <message>
        <source>What colours the cells below</source>
        <translation>Was die Zellen unten einfärbt</translation>
    </message>
    <message>
        <source>&amp;Colour by</source>
        <translation>&amp;Färben nach</translation>
    </message>
    <message>
        <source>KL added by each linear alone</source>
        <translation>Von jedem Linear-Layer allein beigetragene KL</translation>
    </message>
    <message>
        <source>Quantizes one linear after the other, the selected block first, and compares the predictions with the float model&apos;s. Heavy: it runs as a job that can be paused and cancelled.</source>
        <translation>Quantisiert einen Linear-Layer nach dem anderen, den gewählten Block zuerst, und vergleicht die Vorhersagen mit denen des Float-Modells. Aufwendig: läuft als Job, der sich pausieren und abbrechen lässt.</translation>
    </message>
    <message>
        <source>Charts by block</source>
        <translation>Diagramme nach Block</translation>
    </message>
    <message>
        <source>Residual stream</source>
        <translation>Residualstrom</translation>
    </message>
    <message>
        <source>Massive outliers, and how much each block changes its input</source>
        <translation>Massive Ausreißer und wie stark jeder Block seinen Eingang verändert</translation>
    </message>
    <message>
        <source>KL of each component alone</source>
        <translation>KL jeder Komponente allein</translation>
    </message>
    <message>
        <source>Quantizes only q in every block, then only k, and so on, and compares the predictions with the float model&apos;s. Runs as a job that can be paused and cancelled.</source>
        <translation>Quantisiert in jedem Block nur q, dann nur k und so weiter und vergleicht die Vorhersagen mit denen des Float-Modells. Läuft als Job, der sich pausieren und abbrechen lässt.</translation>
    </message>
    <message>
        <source>Effect of the recipe</source>
        <translation>Wirkung des Rezepts</translation>
    </message>
    <message>
        <source>Components quantized alone, and the error from block to block</source>
        <translation>Einzeln quantisierte Komponenten und der Fehler von Block zu Block</translation>
    </message>
    <message>
        <source>Measure to see which component costs most when it alone is quantized.</source>
        <translation>Messen, um zu sehen, welche Komponente am meisten kostet, wenn sie allein quantisiert wird.</translation>
    </message>
    <message>
        <source>Press Measure: the KL that each linear adds alone appears here, the selected block first.</source>
        <translation>Auf „Messen“ klicken: Die KL, die jeder Linear-Layer allein beiträgt, erscheint hier, der gewählte Block zuerst.</translation>
    </message>
    <message>
        <source>Choose bits in the recipe: the error of each linear appears here.</source>
        <translation>Bits im Rezept wählen: Der Fehler jedes Linear-Layers erscheint hier.</translation>
    </message>
    <message>
        <source>this measure is about the recipe, which has one side.</source>
        <translation>dieses Maß betrifft das Rezept, das nur eine Seite hat.</translation>
    </message>
    <message>
        <source>%1: %2     %3: %4</source>
        <translation>%1: %2     %3: %4</translation>
    </message>
    <message>
        <source>No massive outliers so far.</source>
        <translation>Bisher keine massiven Ausreißer.</translation>
    </message>
    <message>
        <source>residual stream</source>
        <translation>Residualstrom</translation>
    </message>
    <message>
        <source>input of %1</source>
        <translation>Eingang von %1</translation>
    </message>
    <message>
        <source>One massive outlier: %1 in block %2 (%3) at token %4, channel %5.</source>
        <translation>Ein massiver Ausreißer: %1 in Block %2 (%3) bei Token %4, Kanal %5.</translation>
    </message>
    <message numerus="yes">
        <source>%n massive outliers, the largest %1 in block %2 (%3) at token %4, channel %5.</source>
        <translation>
            <numerusform>%n massiver Ausreißer, der größte %1 in Block %2 (%3) bei Token %4, Kanal %5.</numerusform>
            <numerusform>%n massive Ausreißer, der größte %1 in Block %2 (%3) bei Token %4, Kanal %5.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bitscape::OverviewPresenter</name>
    <message>
        <source>Open a model to see where it resists quantization: Ctrl+O, or drop a file here.</source>
        <translation>Ein Modell öffnen, um zu sehen, wo es sich der Quantisierung widersetzt: Strg+O, oder eine Datei hierher ziehen.</translation>
    </message>
    <message>
        <source>Reading the prompt, block by block …</source>
        <translation>Prompt wird gelesen, Block für Block …</translation>
    </message>
    <message>
        <source>Reading the prompt with %1, block by block …</source>
        <translation>Prompt wird mit %1 gelesen, Block für Block …</translation>
    </message>
    <message>
        <source>Running the model as %1, block by block …</source>
        <translation>Modell wird als %1 gerechnet, Block für Block …</translation>
    </message>
    <message>
        <source>The recipe quantizes nothing: there is no error.</source>
        <translation>Das Rezept quantisiert nichts: Es gibt keinen Fehler.</translation>
    </message>
    <message>
        <source>the models have %1 and %2 blocks.</source>
        <translation>die Modelle haben %1 und %2 Blöcke.</translation>
    </message>
    <message>
        <source>measuring: %1 of %2 linears</source>
        <translation>Messung läuft: %1 von %2 Linear-Layern</translation>
    </message>
    <message>
        <source>measuring all components together</source>
        <translation>alle Komponenten werden zusammen gemessen</translation>
    </message>
    <message>
        <source>measured on %1 tokens of the bundled text</source>
        <translation>gemessen auf %1 Tokens des mitgelieferten Texts</translation>
    </message>
    <message>
        <source>takes %1, as last time</source>
        <translation>dauert %1, wie beim letzten Mal</translation>
    </message>
    <message>
        <source>takes roughly %1</source>
        <translation>dauert ungefähr %1</translation>
    </message>
    <message>
        <source>partial, %1 of %2; all: %3</source>
        <translation>teilweise, %1 von %2; alles: %3</translation>
    </message>
    <message>
        <source>Pushing the statistics through the stack, block by block …</source>
        <translation>Die Statistik wird Block für Block durch den Stapel geschoben …</translation>
    </message>
    <message>
        <source>The error from block to block needs the blocks to run: switch “propagate” on in the stack.</source>
        <translation>Der Fehler von Block zu Block braucht laufende Blöcke: „Propagieren“ im Stapel einschalten.</translation>
    </message>
    <message>
        <source>B is not up to date: %1</source>
        <translation>B ist nicht aktuell: %1</translation>
    </message>
</context>
<context>
    <name>bitscape::ParamField</name>
    <message>
        <source>Back to the default</source>
        <translation>Zurück zum Standardwert</translation>
    </message>
    <message>
        <source>%1 to %2, default %3</source>
        <translation>%1 bis %2, Standard %3</translation>
    </message>
    <message>
        <source>default %1</source>
        <translation>Standard %1</translation>
    </message>
    <message>
        <source>default on</source>
        <translation>Standard: an</translation>
    </message>
    <message>
        <source>default off</source>
        <translation>Standard: aus</translation>
    </message>
</context>
<context>
    <name>bitscape::ParetoChart</name>
    <message>
        <source>uniform plan</source>
        <translation>einheitlicher Plan</translation>
    </message>
    <message>
        <source>plan A</source>
        <translation>Plan A</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>this plan</source>
        <translation>dieser Plan</translation>
    </message>
    <message>
        <source>Predicted error against bits per weight</source>
        <translation>Vorhergesagter Fehler gegen Bits je Gewicht</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>%1 Bits je Gewicht</translation>
    </message>
    <message>
        <source>Budget: %1 bits per weight</source>
        <translation>Budget: %1 Bits je Gewicht</translation>
    </message>
    <message>
        <source>the solver&apos;s plan: %1 (%2)</source>
        <translation>der Plan des Lösers: %1 (%2)</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>budget %1</source>
        <translation>Budget %1</translation>
    </message>
    <message>
        <source>solver</source>
        <translation>Löser</translation>
    </message>
    <message>
        <source>uniform</source>
        <translation>einheitlich</translation>
    </message>
</context>
<context>
    <name>bitscape::PlanForm</name>
    <message>
        <source>I&amp;nputs</source>
        <translation>Ei&amp;ngaben</translation>
    </message>
    <message>
        <source>Bits of the linears&apos; inputs, rounded per token while the model runs.</source>
        <translation>Bits der Eingaben der linearen Schichten, je Token gerundet, während das Modell läuft.</translation>
    </message>
    <message>
        <source>Q&amp;ueries, keys, values</source>
        <translation>Anf&amp;ragen, Schlüssel, Werte</translation>
    </message>
    <message>
        <source>Bits in the attention and of the cache of keys and values.</source>
        <translation>Bits in der Aufmerksamkeit und des Zwischenspeichers der Schlüssel und Werte.</translation>
    </message>
    <message>
        <source>Em&amp;bedding</source>
        <translation>E&amp;inbettung</translation>
    </message>
    <message>
        <source>Bits of the embedding&apos;s weights. They count in the size of the whole model.</source>
        <translation>Bits der Gewichte der Einbettung. Sie zählen zur Größe des ganzen Modells.</translation>
    </message>
    <message>
        <source>He&amp;ad</source>
        <translation>&amp;Kopf</translation>
    </message>
    <message>
        <source>Bits of the weights of lm_head.</source>
        <translation>Bits der Gewichte von lm_head.</translation>
    </message>
    <message>
        <source>inputs: %1</source>
        <translation>Eingaben: %1</translation>
    </message>
    <message>
        <source>queries, keys and values: %1</source>
        <translation>Anfragen, Schlüssel und Werte: %1</translation>
    </message>
    <message>
        <source>embedding: %1</source>
        <translation>Einbettung: %1</translation>
    </message>
    <message>
        <source>head: %1</source>
        <translation>Kopf: %1</translation>
    </message>
    <message>
        <source>This model&apos;s head is its embedding: both have the same bits.</source>
        <translation>Der Kopf dieses Modells ist seine Einbettung: Beide haben dieselben Bits.</translation>
    </message>
</context>
<context>
    <name>bitscape::RecipePanel</name>
    <message>
        <source>float</source>
        <translation>Float</translation>
    </message>
    <message>
        <source>1 bit</source>
        <translation>1 Bit</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>output channel</source>
        <translation>Ausgangskanal</translation>
    </message>
    <message>
        <source>group of %1</source>
        <translation>Gruppe von %1</translation>
    </message>
    <message>
        <source>Bits per weight count codes, scales and zero points of the blocks&apos; linears. The size adds embedding, head and norms.</source>
        <translation>Bit pro Gewicht zählt Codes, Skalenfaktoren und Nullpunkte der Linear-Layer in den Blöcken. Bei der Größe kommen Embedding, Ausgabe-Head und Norms hinzu.</translation>
    </message>
    <message>
        <source>All linears</source>
        <translation>Alle Linear-Layer</translation>
    </message>
    <message>
        <source>&amp;Weights</source>
        <translation>&amp;Gewichte</translation>
    </message>
    <message>
        <source>Bits of the weights</source>
        <translation>Bits der Gewichte</translation>
    </message>
    <message>
        <source>Bits of a stored weight. 8 is nearly free, 4 needs care, 2 needs a method that helps.</source>
        <translation>Bits eines gespeicherten Gewichts. 8 kostet fast nichts, 4 braucht Sorgfalt, 2 braucht eine unterstützende Methode.</translation>
    </message>
    <message>
        <source>&amp;Inputs</source>
        <translation>E&amp;ingänge</translation>
    </message>
    <message>
        <source>Bits of the inputs</source>
        <translation>Bits der Eingänge</translation>
    </message>
    <message>
        <source>Bits of an activation, rounded per token while the model runs. Outliers make 4 hard.</source>
        <translation>Bits einer Aktivierung, pro Token gerundet, während das Modell läuft. Ausreißer machen 4 schwierig.</translation>
    </message>
    <message>
        <source>How many weights share a scale. Smaller groups are more exact and cost 16 bits each.</source>
        <translation>Wie viele Gewichte sich einen Skalenfaktor teilen. Kleinere Gruppen sind genauer und kosten je 16 Bit.</translation>
    </message>
    <message>
        <source>Scale &amp;per</source>
        <translation>Ska&amp;lenfaktor pro</translation>
    </message>
    <message>
        <source>Clip ratio</source>
        <translation>Clipping-Verhältnis</translation>
    </message>
    <message>
        <source>Shrinks the range that the codes cover: large weights are cut off, all others get finer steps. 1.00 clips nothing.</source>
        <translation>Verkleinert den Bereich, den die Codes abdecken: Große Gewichte werden gekappt, alle anderen erhalten feinere Stufen. 1.00 kappt nichts.</translation>
    </message>
    <message>
        <source>&amp;Clip</source>
        <translation>&amp;Clipping</translation>
    </message>
    <message>
        <source>&amp;Symmetric weights</source>
        <translation>S&amp;ymmetrische Gewichte</translation>
    </message>
    <message>
        <source>The grid is centred on zero and needs no zero point: faster, a little less exact.</source>
        <translation>Das Gitter ist um null zentriert und braucht keinen Nullpunkt: schneller, etwas weniger genau.</translation>
    </message>
    <message>
        <source>&amp;Balanced 2 bits (five levels)</source>
        <translation>Balancierte 2 Bi&amp;t (fünf Stufen)</translation>
    </message>
    <message>
        <source>ABQ-LLM&apos;s bit balance: the levels -2, -1, 0, 1, 2 instead of four.</source>
        <translation>Bit-Balance aus ABQ-LLM: die Stufen -2, -1, 0, 1, 2 statt vier.</translation>
    </message>
    <message>
        <source>Selected linear</source>
        <translation>Gewählter Linear-Layer</translation>
    </message>
    <message>
        <source>Weigh&amp;ts</source>
        <translation>Ge&amp;wichte</translation>
    </message>
    <message>
        <source>Bits of the selected linear&apos;s weights</source>
        <translation>Bits der Gewichte des gewählten Linear-Layers</translation>
    </message>
    <message>
        <source>Bits of this linear alone (keys 1 to 8; 0: as all).</source>
        <translation>Bits nur dieses Linear-Layers (Tasten 1 bis 8; 0: wie alle).</translation>
    </message>
    <message>
        <source>As &amp;all</source>
        <translation>Wi&amp;e alle</translation>
    </message>
    <message>
        <source>Takes this linear&apos;s own bits away (0).</source>
        <translation>Nimmt diesem Linear-Layer seine eigenen Bits (0).</translation>
    </message>
    <message>
        <source>Every linear gets the bits of all again. Undo brings them back.</source>
        <translation>Jeder Linear-Layer erhält wieder die Bits aller. Rückgängig holt die Ausnahmen zurück.</translation>
    </message>
    <message>
        <source>no exceptions</source>
        <translation>keine Ausnahmen</translation>
    </message>
    <message>
        <source>bits %1</source>
        <translation>Bits %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>as all</source>
        <translation>wie alle</translation>
    </message>
    <message>
        <source>%1 bits per weight · %2 in all</source>
        <translation>%1 Bit pro Gewicht · %2 insgesamt</translation>
    </message>
    <message>
        <source>Linears with bits of their own: %1</source>
        <translation>Linear-Layer mit eigenen Bits: %1</translation>
    </message>
    <message>
        <source>Open a model to edit its recipe.</source>
        <translation>Ein Modell öffnen, um sein Rezept zu bearbeiten.</translation>
    </message>
    <message>
        <source>%1: its own bits</source>
        <translation>%1: eigene Bits</translation>
    </message>
    <message>
        <source>%1: as all</source>
        <translation>%1: wie alle</translation>
    </message>
    <message>
        <source>Clear e&amp;xceptions (%1)</source>
        <translation>Ausnah&amp;men aufheben (%1)</translation>
    </message>
    <message>
        <source>&amp;Q, K, V</source>
        <translation>&amp;Q, K, V</translation>
    </message>
    <message>
        <source>Bits of queries, keys and values</source>
        <translation>Bits von Queries, Keys und Values</translation>
    </message>
    <message>
        <source>Bits of the queries, keys and values in the attention, rounded per token and head: what the cache holds.</source>
        <translation>Bits der Queries, Keys und Values in der Attention, je Token und Kopf gerundet: was der Cache hält.</translation>
    </message>
    <message>
        <source>queries, keys and values: %1</source>
        <translation>Queries, Keys und Values: %1</translation>
    </message>
</context>
<context>
    <name>bitscape::RoundingBox</name>
    <message>
        <source>Rounding</source>
        <translation>Rundung</translation>
    </message>
</context>
<context>
    <name>bitscape::RunCharts</name>
    <message>
        <source>B − A</source>
        <translation>B − A</translation>
    </message>
    <message>
        <source>A: %1</source>
        <translation>A: %1</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B: %1</translation>
    </message>
    <message>
        <source>Perplexity, B − A</source>
        <translation>Perplexity, B − A</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexity</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>perplexity</source>
        <translation>Perplexity</translation>
    </message>
    <message>
        <source>Below zero B is better. Bars are the combined standard error; over the same windows it is a careful bound.</source>
        <translation>Unter null ist B besser. Balken zeigen den kombinierten Standardfehler; über dieselben Fenster ist er eine vorsichtige Schranke.</translation>
    </message>
    <message>
        <source>Lower is better; bars are one standard error from the spread between windows. Compare runs at the same number of windows.</source>
        <translation>Niedriger ist besser; Balken zeigen einen Standardfehler aus der Streuung zwischen Fenstern. Läufe bei gleicher Fensterzahl vergleichen.</translation>
    </message>
    <message>
        <source>float model</source>
        <translation>Float-Modell</translation>
    </message>
    <message>
        <source>KL divergence, B − A</source>
        <translation>KL-Divergenz, B − A</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL-Divergenz</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>Below zero B stays closer to the float model. Bars are the combined standard error.</source>
        <translation>Unter null bleibt B näher am Float-Modell. Balken zeigen den kombinierten Standardfehler.</translation>
    </message>
    <message>
        <source>From the float model, mean over positions: 0 is identical, below 0.05 is hardly noticed, above 0.5 hurts. Bars are one standard error.</source>
        <translation>Gegenüber dem Float-Modell, Mittel über Positionen: 0 ist identisch, unter 0,05 kaum zu merken, über 0,5 schadet. Balken zeigen einen Standardfehler.</translation>
    </message>
    <message>
        <source>Error per block, B − A</source>
        <translation>Fehler pro Block, B − A</translation>
    </message>
    <message>
        <source>Error from block to block</source>
        <translation>Fehler von Block zu Block</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>SQNR (dB)</source>
        <translation>SQNR (dB)</translation>
    </message>
    <message>
        <source>Above zero B is closer to the float model after that block.</source>
        <translation>Über null liegt B nach diesem Block näher am Float-Modell.</translation>
    </message>
    <message>
        <source>Signal to error of the residual stream after each block, every block before it quantized: higher is better, below 10 dB is poor. A step down names the block that hurts.</source>
        <translation>Signal-Fehler-Abstand des Residualstroms nach jedem Block, alle Blöcke davor quantisiert: Höher ist besser, unter 10 dB ist schlecht. Eine Stufe nach unten verrät den Block, der schadet.</translation>
    </message>
</context>
<context>
    <name>bitscape::RunCompare</name>
    <message>
        <source>B is better; how sure that is, one window cannot tell</source>
        <translation>B ist besser; wie sicher das ist, verrät ein einzelnes Fenster nicht</translation>
    </message>
    <message>
        <source>B is worse; how sure that is, one window cannot tell</source>
        <translation>B ist schlechter; wie sicher das ist, verrät ein einzelnes Fenster nicht</translation>
    </message>
    <message>
        <source>no difference beyond the error (%1 standard errors)</source>
        <translation>kein Unterschied jenseits des Fehlers (%1 Standardfehler)</translation>
    </message>
    <message>
        <source>B may be better: %1 standard errors</source>
        <translation>B ist vielleicht besser: %1 Standardfehler</translation>
    </message>
    <message>
        <source>B may be worse: %1 standard errors</source>
        <translation>B ist vielleicht schlechter: %1 Standardfehler</translation>
    </message>
    <message>
        <source>B is probably better: %1 standard errors</source>
        <translation>B ist wahrscheinlich besser: %1 Standardfehler</translation>
    </message>
    <message>
        <source>B is probably worse: %1 standard errors</source>
        <translation>B ist wahrscheinlich schlechter: %1 Standardfehler</translation>
    </message>
    <message>
        <source>B is clearly better: %1 standard errors</source>
        <translation>B ist eindeutig besser: %1 Standardfehler</translation>
    </message>
    <message>
        <source>B is clearly worse: %1 standard errors</source>
        <translation>B ist eindeutig schlechter: %1 Standardfehler</translation>
    </message>
    <message>
        <source>both are equal</source>
        <translation>beide sind gleich</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexity</translation>
    </message>
    <message>
        <source>%1 (%2 %)</source>
        <comment>a difference and the same in percent</comment>
        <translation>%1 (%2 %)</translation>
    </message>
    <message>
        <source>%1 % against the float model&apos;s %2</source>
        <translation>%1 % gegenüber %2 des Float-Modells</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL-Divergenz</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>%1 beside the float model</source>
        <translation>%1 gegenüber dem Float-Modell</translation>
    </message>
    <message>
        <source>Top-1 agreement</source>
        <translation>Top-1-Übereinstimmung</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>%1 % of the predicted tokens change</source>
        <translation>%1 % der vorhergesagten Tokens ändern sich</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>Bit pro Gewicht</translation>
    </message>
    <message>
        <source>B is %1 % smaller</source>
        <translation>B ist %1 % kleiner</translation>
    </message>
    <message>
        <source>B is %1 % larger</source>
        <translation>B ist %1 % größer</translation>
    </message>
    <message>
        <source>Time of the run</source>
        <translation>Zeit des Laufs</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>%1 tokens/s in A, %2 tokens/s in B</source>
        <translation>%1 Tokens/s in A, %2 Tokens/s in B</translation>
    </message>
    <message>
        <source>A and B read different texts: their numbers do not compare.</source>
        <translation>A und B haben verschiedene Texte gelesen: Ihre Zahlen sind nicht vergleichbar.</translation>
    </message>
    <message>
        <source>The windows hold %1 tokens in A and %2 in B: longer windows give lower perplexities.</source>
        <translation>Die Fenster fassen %1 Tokens in A und %2 in B: Längere Fenster ergeben niedrigere Perplexity.</translation>
    </message>
    <message>
        <source>A has seen %1 windows and B %2: compare where both curves reach.</source>
        <translation>A hat %1 Fenster gesehen und B %2: dort vergleichen, wo beide Kurven hinreichen.</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>Dekodieren</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>Token/s</translation>
    </message>
    <message>
        <source>%1 % of what memory allows</source>
        <translation>%1 % von dem, was der Speicher erlaubt</translation>
    </message>
    <message>
        <source>B is %1 times as fast</source>
        <translation>B ist %1-mal so schnell</translation>
    </message>
    <message>
        <source>B is %1 times as fast, %2</source>
        <comment>%2: 62 % of what memory allows</comment>
        <translation>B ist %1-mal so schnell, %2</translation>
    </message>
</context>
<context>
    <name>bitscape::RunForm</name>
    <message>
        <source>Open a model first.</source>
        <translation>Zuerst ein Modell öffnen.</translation>
    </message>
    <message>
        <source>What is evaluated. The Recipe dock changes it.</source>
        <translation>Was ausgewertet wird. Ändern lässt es sich im Bereich „Rezept“.</translation>
    </message>
    <message>
        <source>a UTF-8 text file</source>
        <translation>eine UTF-8-Textdatei</translation>
    </message>
    <message>
        <source>C&amp;hoose…</source>
        <translation>A&amp;uswählen…</translation>
    </message>
    <message>
        <source>Choose the text that the evaluation reads</source>
        <translation>Den Text wählen, den die Auswertung liest</translation>
    </message>
    <message>
        <source>The first N windows of the text. Four times as many halve the standard error.</source>
        <translation>Die ersten N Fenster des Texts. Viermal so viele halbieren den Standardfehler.</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>Tokens in a window. Published perplexities use 2048.</source>
        <translation>Tokens in einem Fenster. Veröffentlichte Perplexity-Werte verwenden 2048.</translation>
    </message>
    <message>
        <source>Tokens in a window</source>
        <translation>Tokens in einem Fenster</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Cance&amp;l</source>
        <translation>Abbrech&amp;en</translation>
    </message>
    <message>
        <source>Stops the run that goes on; what it found so far stays in the table.</source>
        <translation>Stoppt den aktuellen Lauf; bisherige Ergebnisse bleiben in der Tabelle.</translation>
    </message>
    <message>
        <source>&amp;Backend</source>
        <translation>Bac&amp;kend</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>&amp;Text</source>
        <translation>Te&amp;xt</translation>
    </message>
    <message>
        <source>Wi&amp;ndows</source>
        <translation>&amp;Fenster</translation>
    </message>
    <message>
        <source>Choose a text file to run on.</source>
        <translation>Eine Textdatei für den Lauf wählen.</translation>
    </message>
    <message>
        <source>Evaluates the recipe and adds a row to the table</source>
        <translation>Wertet das Rezept aus und fügt der Tabelle eine Zeile hinzu</translation>
    </message>
    <message>
        <source>What multiplies: fake quantization shows the error in floating point; the others multiply the packed integer codes, the reference exactly and slowly.</source>
        <translation>Was multipliziert: Scheinquantisierung zeigt den Fehler in Gleitkomma; die anderen multiplizieren die gepackten ganzzahligen Codes, die Referenz exakt und langsam.</translation>
    </message>
</context>
<context>
    <name>bitscape::RunText</name>
    <message>
        <source>Compared</source>
        <translation>Verglichen</translation>
    </message>
    <message>
        <source>#</source>
        <translation>#</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexity</translation>
    </message>
    <message>
        <source>KL mean</source>
        <translation>KL-Mittel</translation>
    </message>
    <message>
        <source>KL median</source>
        <translation>KL-Median</translation>
    </message>
    <message>
        <source>KL 99 %</source>
        <translation>KL 99 %</translation>
    </message>
    <message>
        <source>Top-1</source>
        <translation>Top-1</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Backend</source>
        <translation>Backend</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Tokens/s</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>The two runs that the charts compare. A click on a row makes it A; Ctrl+click, or a click in this column, makes it B.</source>
        <translation>Die beiden Läufe, die die Diagramme vergleichen. Ein Klick auf eine Zeile macht sie zu A; Strg+Klick oder ein Klick in diese Spalte macht sie zu B.</translation>
    </message>
    <message>
        <source>Number of the run within this study.</source>
        <translation>Nummer des Laufs in dieser Studie.</translation>
    </message>
    <message>
        <source>w: bits of weights, a: bits of inputs, g: weights per scale, s: symmetric; 16 is float. A double click takes the run&apos;s recipe back.</source>
        <translation>w: Bits der Gewichte, a: Bits der Eingänge, g: Gewichte pro Skalenfaktor, s: symmetrisch; 16 ist Float. Ein Doppelklick holt das Rezept des Laufs zurück.</translation>
    </message>
    <message>
        <source>exp of the mean negative log-likelihood per token. Lower is better; the float model is the reference. ± is one standard error, from the spread between windows.</source>
        <translation>exp der mittleren negativen Log-Likelihood pro Token. Niedriger ist besser; das Float-Modell ist die Referenz. ± ist ein Standardfehler aus der Streuung zwischen Fenstern.</translation>
    </message>
    <message>
        <source>KL(float || quantized) in nats, mean over positions: 0 is identical, below 0.05 is hardly noticed, above 0.5 hurts. ± is one standard error.</source>
        <translation>KL(Float || quantisiert) in nats, Mittel über Positionen: 0 ist identisch, unter 0,05 kaum zu merken, über 0,5 schadet. ± ist ein Standardfehler.</translation>
    </message>
    <message>
        <source>Half of the positions diverge less than this, in nats. Lower is better.</source>
        <translation>Die Hälfte der Positionen weicht weniger ab, in nats. Niedriger ist besser.</translation>
    </message>
    <message>
        <source>One position in a hundred diverges more than this, in nats: rare but bad tokens. Lower is better.</source>
        <translation>Eine von hundert Positionen weicht stärker ab, in nats: seltene, aber schlechte Tokens. Niedriger ist besser.</translation>
    </message>
    <message>
        <source>Share of positions where the float and the quantized model predict the same next token. Above 95 % is very good, below 80 % is poor.</source>
        <translation>Anteil der Positionen, an denen das Float- und das quantisierte Modell dasselbe nächste Token vorhersagen. Über 95 % ist sehr gut, unter 80 % ist schlecht.</translation>
    </message>
    <message>
        <source>Stored bits per weight of the blocks&apos; linears, scales and zero points included. Fewer is smaller.</source>
        <translation>Gespeicherte Bits pro Gewicht der Linear-Layer in den Blöcken, Skalenfaktoren und Nullpunkte eingeschlossen. Weniger ist kleiner.</translation>
    </message>
    <message>
        <source>Propagated: every linear sees inputs that earlier quantized blocks made. Fake quantization: rounded values, multiplied as floats.</source>
        <translation>Propagiert: Jeder Linear-Layer sieht Eingänge, die frühere quantisierte Blöcke erzeugt haben. Fake-Quantisierung: gerundete Werte, als Float multipliziert.</translation>
    </message>
    <message>
        <source>What multiplied: float, fake quantization, or the packed integer codes.</source>
        <translation>Womit multipliziert wurde: Float, Fake-Quantisierung oder die gepackten ganzzahligen Codes.</translation>
    </message>
    <message>
        <source>Windows of text times tokens in each. More windows, smaller error; compare runs of equal windows.</source>
        <translation>Textfenster mal Tokens in jedem. Mehr Fenster, kleinerer Fehler; Läufe mit gleichen Fenstern vergleichen.</translation>
    </message>
    <message>
        <source>The text that was read. Numbers of different texts do not compare.</source>
        <translation>Der gelesene Text. Zahlen verschiedener Texte sind nicht vergleichbar.</translation>
    </message>
    <message>
        <source>Time of the whole run, the float reference included.</source>
        <translation>Zeit des ganzen Laufs, die Float-Referenz eingeschlossen.</translation>
    </message>
    <message>
        <source>Predicted tokens per second of the whole run, both models together: the speed of measuring, not of the quantized model.</source>
        <translation>Vorhergesagte Tokens pro Sekunde des ganzen Laufs, beide Modelle zusammen: die Geschwindigkeit der Messung, nicht des quantisierten Modells.</translation>
    </message>
    <message>
        <source>Numbers of a running or cancelled run cover the windows seen.</source>
        <translation>Zahlen eines laufenden oder abgebrochenen Laufs gelten für die bisher gelesenen Fenster.</translation>
    </message>
    <message>
        <source>Started %1.</source>
        <translation>Gestartet: %1.</translation>
    </message>
    <message>
        <source>Perplexity %1, standard error %2; the float model has %3 on the same windows.</source>
        <translation>Perplexity %1, Standardfehler %2; das Float-Modell hat %3 auf denselben Fenstern.</translation>
    </message>
    <message>
        <source>%1 nats: %2.</source>
        <translation>%1 nats: %2.</translation>
    </message>
    <message>
        <source>float</source>
        <translation>Float</translation>
    </message>
    <message>
        <source>propagated, fake quantization</source>
        <translation>propagiert, Fake-Quantisierung</translation>
    </message>
    <message>
        <source>propagated, integer codes</source>
        <translation>propagiert, ganzzahlige Codes</translation>
    </message>
    <message>
        <source>running, %1 of %2</source>
        <translation>läuft, %1 von %2</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>cancelled at %1 of %2</source>
        <translation>abgebrochen bei %1 von %2</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>hardly noticed</source>
        <translation>kaum zu merken</translation>
    </message>
    <message>
        <source>noticeable</source>
        <translation>merklich</translation>
    </message>
    <message>
        <source>hurts</source>
        <translation>schadet</translation>
    </message>
    <message>
        <source>Decode/s</source>
        <translation>Dekodieren/s</translation>
    </message>
    <message>
        <source>Of floor</source>
        <translation>Vom Mindestaufwand</translation>
    </message>
    <message>
        <source>Tokens per second of the evaluated model alone, one token after another on this run&apos;s backend. Higher is better.</source>
        <translation>Token je Sekunde des ausgewerteten Modells allein, ein Token nach dem anderen auf dem Backend dieses Laufs. Größer ist besser.</translation>
    </message>
    <message>
        <source>Share of the fastest decode that memory allows: every packed weight is read once per token. Known once the Speed tab has measured how fast this machine reads; 100 % cannot be beaten.</source>
        <translation>Anteil am schnellsten Dekodieren, das der Speicher erlaubt: jedes gepackte Gewicht wird einmal je Token gelesen. Bekannt, sobald die Seite Tempo gemessen hat, wie schnell dieser Rechner liest; 100 % sind nicht zu übertreffen.</translation>
    </message>
    <message>
        <source>%1 tokens/s; a token reads %2 MB of weights.</source>
        <translation>%1 Token/s; ein Token liest %2 MB Gewichte.</translation>
    </message>
    <message>
        <source>Memory is read at %1 GB/s: at most %2 tokens/s.</source>
        <translation>Der Speicher wird mit %1 GB/s gelesen: höchstens %2 Token/s.</translation>
    </message>
</context>
<context>
    <name>bitscape::Runs</name>
    <message>
        <source>Evaluate %1</source>
        <translation>%1 auswerten</translation>
    </message>
</context>
<context>
    <name>bitscape::RunsModel</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>compared as %1</source>
        <translation>als %1 verglichen</translation>
    </message>
    <message>
        <source>not compared</source>
        <translation>nicht verglichen</translation>
    </message>
    <message>
        <source>A/B</source>
        <comment>title of the column that marks the two compared runs</comment>
        <translation>A/B</translation>
    </message>
</context>
<context>
    <name>bitscape::RunsTable</name>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>As Many as &amp;Fit</source>
        <translation>So viele wie &amp;passen</translation>
    </message>
    <message>
        <source>Compare as &amp;A</source>
        <translation>Als &amp;A vergleichen</translation>
    </message>
    <message>
        <source>Compare as &amp;B</source>
        <translation>Als &amp;B vergleichen</translation>
    </message>
    <message>
        <source>&amp;Use This Run&apos;s Recipe</source>
        <translation>&amp;Rezept dieses Laufs verwenden</translation>
    </message>
    <message>
        <source>&amp;Remove Run</source>
        <translation>Lauf &amp;entfernen</translation>
    </message>
</context>
<context>
    <name>bitscape::SideAnalysis</name>
    <message>
        <source>first look: the prompt alone; more text is being read</source>
        <translation>erster Blick: nur der Prompt; weiterer Text wird gelesen</translation>
    </message>
    <message>
        <source>Activations of the prompt (%1)</source>
        <translation>Aktivierungen des Prompts (%1)</translation>
    </message>
    <message>
        <source>Statistics of the activations (%1)</source>
        <translation>Statistik der Aktivierungen (%1)</translation>
    </message>
    <message>
        <source>%1 windows of %2 tokens of the bundled text</source>
        <translation>%1 Fenster zu %2 Tokens des mitgelieferten Texts</translation>
    </message>
    <message>
        <source>float</source>
        <translation>Float</translation>
    </message>
</context>
<context>
    <name>bitscape::SpeedChart</name>
    <message>
        <source>Nothing was measured yet.</source>
        <translation>Noch wurde nichts gemessen.</translation>
    </message>
    <message>
        <source>Speed of products by bits of weights and bits of inputs; rows at once: %1</source>
        <translation>Tempo der Produkte nach Bits der Gewichte und Bits der Eingaben; Zeilen auf einmal: %1</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>noch nicht gemessen</translation>
    </message>
    <message>
        <source>%1 ± %2 %</source>
        <comment>a time and its spread in percent</comment>
        <translation>%1 ± %2 %</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2 GB/s</source>
        <translation>%1 von %2 GB/s</translation>
    </message>
    <message>
        <source>%1 GB/s</source>
        <translation>%1 GB/s</translation>
    </message>
    <message>
        <source>%1 of the rate of reading</source>
        <translation>%1 der Leserate</translation>
    </message>
    <message>
        <source>%1 of the rate of the instructions</source>
        <translation>%1 der Rate der Befehle</translation>
    </message>
    <message>
        <source>by %1</source>
        <translation>über %1</translation>
    </message>
    <message>
        <source>bits of inputs</source>
        <translation>Bits der Eingaben</translation>
    </message>
    <message>
        <source>bits of weights</source>
        <translation>Bits der Gewichte</translation>
    </message>
    <message>
        <source>% of ceiling</source>
        <translation>% der Obergrenze</translation>
    </message>
</context>
<context>
    <name>bitscape::SpeedGrid</name>
    <message>
        <source>%1 GOPS</source>
        <translation>%1 GOPS</translation>
    </message>
    <message>
        <source>%1 µs</source>
        <translation>%1 µs</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
<context>
    <name>bitscape::SpeedPanel</name>
    <message>
        <source>1 row, as in decode</source>
        <translation>1 Zeile, wie beim Dekodieren</translation>
    </message>
    <message>
        <source>%1 rows, as in prefill</source>
        <translation>%1 Zeilen, wie beim Einlesen</translation>
    </message>
    <message>
        <source>%1 rows</source>
        <translation>%1 Zeilen</translation>
    </message>
    <message>
        <source>Tokens that are multiplied with a weight at once. One token waits for memory, many for the multiplier.</source>
        <translation>Token, die zugleich mit einem Gewicht multipliziert werden. Ein Token wartet auf den Speicher, viele auf das Rechenwerk.</translation>
    </message>
    <message>
        <source>GOPS</source>
        <translation>GOPS</translation>
    </message>
    <message>
        <source>microseconds</source>
        <translation>Mikrosekunden</translation>
    </message>
    <message>
        <source>What stands in the cells: billions of operations per second (a multiply-add counts 2), or the time of one product.</source>
        <translation>Was in den Zellen steht: Milliarden Operationen je Sekunde (Multiplizieren und Addieren zählen 2) oder die Zeit eines Produkts.</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Ends the measurement; what it found so far stays.</source>
        <translation>Beendet die Messung; was bisher gefunden wurde, bleibt.</translation>
    </message>
    <message>
        <source>How fast this machine multiplies packed integers, for every number of bits of weights and inputs. Measure takes a minute or two and keeps every processor busy; the numbers are remembered.</source>
        <translation>Wie schnell dieser Rechner gepackte ganze Zahlen multipliziert, für jede Bitzahl von Gewichten und Eingaben. Messen dauert ein bis zwei Minuten und beschäftigt alle Prozessoren; die Zahlen werden gemerkt.</translation>
    </message>
    <message>
        <source>R&amp;ows at once</source>
        <translation>&amp;Zeilen auf einmal</translation>
    </message>
    <message>
        <source>&amp;Unit</source>
        <translation>&amp;Einheit</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>&amp;Measure again</source>
        <translation>Erneut &amp;messen</translation>
    </message>
    <message>
        <source>A measurement goes on.</source>
        <translation>Eine Messung läuft.</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Measuring %1</source>
        <translation>%1 wird gemessen</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>byte products %1</source>
        <translation>Byte-Produkte %1</translation>
    </message>
    <message>
        <source>reads %1 GB/s</source>
        <translation>liest %1 GB/s</translation>
    </message>
    <message>
        <source>weights of %1 × %2</source>
        <translation>Gewichte von %1 × %2</translation>
    </message>
    <message>
        <source>measured %1</source>
        <translation>gemessen %1</translation>
    </message>
    <message>
        <source>Some cells beat their ceiling: other programs ran while it was measured. Close them and measure again.</source>
        <translation>Einige Zellen übertreffen ihre Obergrenze: andere Programme liefen, während sie gemessen wurde. Schließen Sie diese und messen Sie erneut.</translation>
    </message>
    <message>
        <source>Measures every cell on this machine in %1 rounds and keeps its fastest; other programs make it slower.</source>
        <translation>Misst jede Zelle auf diesem Rechner in %1 Runden und behält die schnellste; andere Programme machen es langsamer.</translation>
    </message>
    <message>
        <source>fastest of %1 rounds</source>
        <translation>schnellste von %1 Runden</translation>
    </message>
</context>
<context>
    <name>bitscape::Speeds</name>
    <message>
        <source>The remembered speeds cannot be read and are ignored: %1</source>
        <translation>Die gemerkten Tempi sind nicht lesbar und werden übergangen: %1</translation>
    </message>
    <message>
        <source>Measure the speed of this machine</source>
        <translation>Das Tempo dieses Rechners messen</translation>
    </message>
    <message>
        <source>The speeds are not remembered: %1</source>
        <translation>Die Tempi werden nicht gemerkt: %1</translation>
    </message>
    <message>
        <source>w%1a%2, M = %3, round %4 of %5</source>
        <translation>w%1a%2, M = %3, Runde %4 von %5</translation>
    </message>
</context>
<context>
    <name>bitscape::StackList</name>
    <message>
        <source>Steps of the stack, in order</source>
        <translation>Schritte des Stapels, in Reihenfolge</translation>
    </message>
</context>
<context>
    <name>bitscape::StackMenu</name>
    <message>
        <source>With its bits</source>
        <translation>Mit ihren Bits</translation>
    </message>
</context>
<context>
    <name>bitscape::StackPanel</name>
    <message>
        <source>%1, windows of %2</source>
        <translation>%1, Fenster von %2</translation>
    </message>
    <message>
        <source>%1, %2 × %3 tokens</source>
        <translation>%1, %2 × %3 Token</translation>
    </message>
    <message>
        <source>Stack</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation>&amp;Methode</translation>
    </message>
    <message>
        <source>Sets stack, grids, rounding and propagation as a paper does, for the bits of this recipe</source>
        <translation>Setzt Stapel, Gitter, Rundung und Propagieren wie eine Veröffentlichung, für die Bits dieses Rezepts</translation>
    </message>
    <message>
        <source>&amp;Add step</source>
        <translation>Schritt &amp;hinzufügen</translation>
    </message>
    <message>
        <source>Adds one step at the end of the stack</source>
        <translation>Fügt am Ende des Stapels einen Schritt an</translation>
    </message>
    <message>
        <source>&amp;Propagate</source>
        <translation>&amp;Propagieren</translation>
    </message>
    <message>
        <source>Solves each block on what the quantized blocks before it leave, by running them again: exact, but slower. Otherwise the float model&apos;s statistics are pushed through the stack.</source>
        <translation>Löst jeden Block auf dem, was die quantisierten Blöcke davor liefern, indem sie neu laufen: genau, aber langsamer. Sonst wird die Statistik des Float-Modells durch den Stapel geschoben.</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>Kalibrierungstext</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>&amp;Wählen…</translation>
    </message>
    <message>
        <source>The text whose statistics the steps and the rounding use when the recipe is evaluated or exported: 32 windows of 2,048 tokens</source>
        <translation>Der Text, dessen Statistik Schritte und Rundung nutzen, wenn das Rezept ausgewertet oder exportiert wird: 32 Fenster von 2.048 Token</translation>
    </message>
    <message>
        <source>Use no calibration text</source>
        <translation>Keinen Kalibrierungstext verwenden</translation>
    </message>
    <message>
        <source>move %1</source>
        <translation>%1 verschieben</translation>
    </message>
    <message>
        <source>use %1</source>
        <translation>%1 verwenden</translation>
    </message>
    <message>
        <source>leave out %1</source>
        <translation>%1 auslassen</translation>
    </message>
    <message>
        <source>%1: %2 %3</source>
        <translation>%1: %2 %3</translation>
    </message>
    <message>
        <source>round with %1</source>
        <translation>Runden mit %1</translation>
    </message>
    <message>
        <source>rounding: %1 %2</source>
        <translation>Rundung: %1 %2</translation>
    </message>
    <message>
        <source>propagate</source>
        <translation>propagieren</translation>
    </message>
    <message>
        <source>do not propagate</source>
        <translation>nicht propagieren</translation>
    </message>
    <message>
        <source>method %1</source>
        <translation>Methode %1</translation>
    </message>
    <message>
        <source>add %1</source>
        <translation>%1 hinzufügen</translation>
    </message>
    <message>
        <source>duplicate %1</source>
        <translation>%1 duplizieren</translation>
    </message>
    <message>
        <source>remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>defaults of %1</source>
        <translation>Standardwerte von %1</translation>
    </message>
    <message>
        <source>no calibration text</source>
        <translation>kein Kalibrierungstext</translation>
    </message>
    <message>
        <source>calibration text %1</source>
        <translation>Kalibrierungstext %1</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>Open a model to build its stack.</source>
        <translation>Ein Modell öffnen, um seinen Stapel zu bauen.</translation>
    </message>
</context>
<context>
    <name>bitscape::StackPreview</name>
    <message>
        <source>Waiting for the statistics of the activations …</source>
        <translation>Warten auf die Statistik der Aktivierungen …</translation>
    </message>
    <message>
        <source>Preview of block %1</source>
        <translation>Vorschau von Block %1</translation>
    </message>
</context>
<context>
    <name>bitscape::StackRow</name>
    <message>
        <source>Move, duplicate, remove</source>
        <translation>Verschieben, duplizieren, entfernen</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>Nach &amp;oben</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>Nach &amp;unten</translation>
    </message>
    <message>
        <source>D&amp;uplicate</source>
        <translation>&amp;Duplizieren</translation>
    </message>
    <message>
        <source>Settings to their &amp;defaults</source>
        <translation>&amp;Einstellungen auf Standardwerte</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>Ent&amp;fernen</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1. %2</translation>
    </message>
    <message>
        <source>Hide the settings</source>
        <translation>Einstellungen verbergen</translation>
    </message>
    <message>
        <source>Show the settings</source>
        <translation>Einstellungen zeigen</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>%1 verwenden</translation>
    </message>
    <message>
        <source>Leave this step out</source>
        <translation>Diesen Schritt auslassen</translation>
    </message>
    <message>
        <source>Use this step</source>
        <translation>Diesen Schritt verwenden</translation>
    </message>
</context>
<context>
    <name>bitscape::StackWords</name>
    <message>
        <source>online, without multiply-adds</source>
        <translation>zur Laufzeit, ohne Multiplikationen</translation>
    </message>
    <message>
        <source>online: %1 multiply-adds per token</source>
        <translation>zur Laufzeit: %1 Multiply-Adds je Token</translation>
    </message>
    <message>
        <source>online: %1 multiply-adds per token, %2 % of the block</source>
        <translation>zur Laufzeit: %1 Multiply-Adds je Token, %2 % des Blocks</translation>
    </message>
    <message>
        <source>Folds into the weights: costs nothing at run time</source>
        <translation>Geht in die Gewichte ein: kostet zur Laufzeit nichts</translation>
    </message>
    <message>
        <source>on</source>
        <translation>an</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>This build has no step named “%1”.</source>
        <translation>Dieses Programm kennt keinen Schritt „%1“.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>A setting below has to be corrected.</source>
        <translation>Eine Einstellung unten muss berichtigt werden.</translation>
    </message>
    <message>
        <source>Being solved…</source>
        <translation>Wird gelöst…</translation>
    </message>
    <message>
        <source>Changes nothing in this block</source>
        <translation>Ändert nichts in diesem Block</translation>
    </message>
    <message>
        <source>; %1 of %2 steps fold</source>
        <translation>; %1 von %2 Schritten gehen in die Gewichte ein</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source> (%1 multiply-adds per token)</source>
        <translation> (%1 Multiply-Adds je Token)</translation>
    </message>
    <message>
        <source>Solved in %1 s.</source>
        <translation>In %1 s gelöst.</translation>
    </message>
    <message>
        <source>computing…</source>
        <translation>wird berechnet…</translation>
    </message>
    <message>
        <source>static, block %1</source>
        <translation>statisch, Block %1</translation>
    </message>
    <message>
        <source>propagated, block %1</source>
        <translation>propagiert, Block %1</translation>
    </message>
    <message>
        <source>Statistics of the float model, pushed through the stack: no block ran again, so nothing shows the error of the blocks before.</source>
        <translation>Statistik des Float-Modells, durch den Stapel geschoben: Kein Block lief neu, daher zeigt nichts den Fehler der Blöcke davor.</translation>
    </message>
    <message>
        <source>The blocks ran on what the quantized blocks before them leave.</source>
        <translation>Die Blöcke liefen auf dem, was die quantisierten Blöcke davor liefern.</translation>
    </message>
    <message>
        <source>All steps fold: nothing to compute at run time</source>
        <translation>Alle Schritte gehen in die Gewichte ein: zur Laufzeit ist nichts zu rechnen</translation>
    </message>
    <message>
        <source>%1 of %2 steps fold; %3</source>
        <translation>%1 von %2 Schritten gehen in die Gewichte ein; %3</translation>
    </message>
</context>
<context>
    <name>bitscape::StartPage</name>
    <message>
        <source>today, %1</source>
        <translation>heute, %1</translation>
    </message>
    <message>
        <source>yesterday, %1</source>
        <translation>gestern, %1</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>The &amp;sample model</source>
        <translation>Das Bei&amp;spielmodell</translation>
    </message>
    <message>
        <source>SmolLM2 135M, so small that everything is computed within a minute</source>
        <translation>SmolLM2 135M, so klein, dass alles innerhalb einer Minute berechnet ist</translation>
    </message>
    <message>
        <source>&amp;Model file…</source>
        <translation>&amp;Modelldatei…</translation>
    </message>
    <message>
        <source>A .gguf or .safetensors file (Ctrl+O)</source>
        <translation>Eine .gguf- oder .safetensors-Datei (Strg+O)</translation>
    </message>
    <message>
        <source>Model &amp;folder…</source>
        <translation>Modell&amp;ordner…</translation>
    </message>
    <message>
        <source>A folder with config.json and .safetensors files (Ctrl+Shift+O)</source>
        <translation>Ein Ordner mit config.json und .safetensors-Dateien (Strg+Umschalt+O)</translation>
    </message>
    <message>
        <source>S&amp;tudy…</source>
        <translation>S&amp;tudie…</translation>
    </message>
    <message>
        <source>An .h5 file with a recipe, runs and statistics that was saved here</source>
        <translation>Eine hier gespeicherte .h5-Datei mit Rezept, Läufen und Statistik</translation>
    </message>
    <message>
        <source>or drop a model, a folder or a study anywhere in the window</source>
        <translation>oder ein Modell, einen Ordner oder eine Studie irgendwo ins Fenster ziehen</translation>
    </message>
    <message>
        <source>Recent studies and models</source>
        <translation>Zuletzt geöffnete Studien und Modelle</translation>
    </message>
    <message>
        <source>What you open is listed here.</source>
        <translation>Hier erscheint, was geöffnet wurde.</translation>
    </message>
    <message>
        <source>&amp;Recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Bitscape</source>
        <translation>Bitscape</translation>
    </message>
    <message>
        <source>See where a language model resists quantization, change the recipe, measure what it costs.</source>
        <translation>Sehen, wo sich ein Sprachmodell der Quantisierung widersetzt, das Rezept ändern, messen, was es kostet.</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>Startseite</translation>
    </message>
    <message>
        <source>study</source>
        <translation>Studie</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
    <message>
        <source>%1, %2, cannot be opened: %3</source>
        <translation>%1, %2, lässt sich nicht öffnen: %3</translation>
    </message>
    <message>
        <source>%1
Return opens it, Delete removes it from this list.</source>
        <translation>%1
Eingabetaste öffnet den Eintrag, Entf entfernt ihn aus dieser Liste.</translation>
    </message>
    <message>
        <source>%1
It cannot be opened: %2. Delete removes it from this list.</source>
        <translation>%1
Lässt sich nicht öffnen: %2. Entf entfernt den Eintrag aus dieser Liste.</translation>
    </message>
    <message>
        <source>The sample model cannot be opened: %1</source>
        <translation>Das Beispielmodell lässt sich nicht öffnen: %1</translation>
    </message>
</context>
<context>
    <name>bitscape::StudyKeeper</name>
    <message>
        <source>unsaved study</source>
        <translation>ungespeicherte Studie</translation>
    </message>
    <message>
        <source>Changes are not saved automatically: %1</source>
        <translation>Änderungen werden nicht automatisch gespeichert: %1</translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation>%1 speichern</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>%1 öffnen</translation>
    </message>
    <message>
        <source>Your last study, which had no file yet, is back. Save it with Ctrl+S.</source>
        <translation>Die letzte Studie, die noch keine Datei hatte, ist wieder da. Mit Strg+S speichern.</translation>
    </message>
    <message>
        <source>Changes that were not saved are back. Save them with Ctrl+S.</source>
        <translation>Nicht gespeicherte Änderungen sind wieder da. Mit Strg+S speichern.</translation>
    </message>
    <message>
        <source>Open the unsaved study</source>
        <translation>Nicht gespeicherte Studie öffnen</translation>
    </message>
</context>
<context>
    <name>bitscape::SurfacePair</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>Difference: B − A</source>
        <translation>Differenz: B − A</translation>
    </message>
</context>
<context>
    <name>bitscape::SurfaceView</name>
    <message>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>|value|</source>
        <translation>|Wert|</translation>
    </message>
    <message>
        <source>row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>%1 %2 “%3”   %4 %5   value %6   %7 % of the largest</source>
        <translation>%1 %2 „%3“   %4 %5   Wert %6   %7 % des größten</translation>
    </message>
    <message>
        <source>%1 %2   %3 %4   value %5   %6 % of the largest</source>
        <translation>%1 %2   %3 %4   Wert %5   %6 % des größten</translation>
    </message>
    <message>
        <source>Surface: %1</source>
        <translation>Oberfläche: %1</translation>
    </message>
    <message>
        <source>Surface: %1, %2</source>
        <translation>Oberfläche: %1, %2</translation>
    </message>
    <message>
        <source>%1 × %2 values, the largest magnitude is %3; %4 massive outliers and %5 large channels are marked. The heat map reads single values with the arrow keys.</source>
        <translation>%1 × %2 Werte, der größte Betrag ist %3; %4 massive Ausreißer und %5 große Kanäle sind markiert. Einzelne Werte liest die Heatmap mit den Pfeiltasten ab.</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Drag turns, wheel zooms, double click goes closer, Home shows all</source>
        <translation>Ziehen dreht, Mausrad zoomt, Doppelklick geht näher heran, Pos1 zeigt alles</translation>
    </message>
    <message>
        <source>Tokens %1 to %2, channels %3 to %4; Home shows all</source>
        <translation>Tokens %1 bis %2, Kanäle %3 bis %4; Pos1 zeigt alles</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>Noch nichts zu zeigen.</translation>
    </message>
</context>
<context>
    <name>bitscape::WeightsLoader</name>
    <message>
        <source>output</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>weight of %1</source>
        <translation>Gewicht von %1</translation>
    </message>
    <message>
        <source>The two models&apos; weights have different shapes.</source>
        <translation>Die Gewichte der beiden Modelle haben verschiedene Formen.</translation>
    </message>
    <message>
        <source>Weight of %1</source>
        <translation>Gewicht von %1</translation>
    </message>
</context>
<context>
    <name>bitscape::WeightsPanel</name>
    <message>
        <source>Decoder block, counted from 0 ([ and ] go back and forth)</source>
        <translation>Decoder-Block, ab 0 gezählt ([ und ] blättern zurück und vor)</translation>
    </message>
    <message>
        <source>Which linear of the block</source>
        <translation>Welcher Linear-Layer des Blocks</translation>
    </message>
    <message>
        <source>per output</source>
        <translation>pro Ausgang</translation>
    </message>
    <message>
        <source>per channel</source>
        <translation>pro Kanal</translation>
    </message>
    <message>
        <source>Ranges per output or per channel</source>
        <translation>Bereiche pro Ausgang oder pro Kanal</translation>
    </message>
    <message>
        <source>Whose ranges the chart shows: outputs (rows, which have a scale each) or channels (columns, the inputs)</source>
        <translation>Wessen Bereiche das Diagramm zeigt: Ausgänge (Zeilen mit je einem Skalenfaktor) oder Kanäle (Spalten, die Eingänge)</translation>
    </message>
    <message>
        <source>Kurtosis 3 is normal. Above 10 a few weights dominate the range, and low bits lose the others.</source>
        <translation>Kurtosis 3 ist normal. Über 10 dominieren wenige Gewichte den Bereich, und niedrige Bitzahlen verlieren die übrigen.</translation>
    </message>
    <message>
        <source>SQNR is the signal-to-noise ratio of the rounded weight: each bit gives about 6 dB, below 20 dB the output suffers visibly.</source>
        <translation>SQNR ist der Signal-Rausch-Abstand des gerundeten Gewichts: Jedes Bit bringt etwa 6 dB, unter 20 dB leidet der Ausgang sichtbar.</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <translation>Bl&amp;ock</translation>
    </message>
    <message>
        <source>&amp;Linear</source>
        <translation>Li&amp;near-Layer</translation>
    </message>
    <message>
        <source>R&amp;anges</source>
        <translation>Be&amp;reiche</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>The recipe leaves this linear float: it has no codes.</source>
        <translation>Das Rezept belässt diesen Linear-Layer als Float: Er hat keine Codes.</translation>
    </message>
</context>
<context>
    <name>bitscape::WeightsPresenter</name>
    <message>
        <source>Open a model: Ctrl+O, or drop a file here.</source>
        <translation>Modell öffnen: Strg+O, oder eine Datei hierher ziehen.</translation>
    </message>
    <message>
        <source>Reading the weight of %1 …</source>
        <translation>Gewicht von %1 wird gelesen …</translation>
    </message>
    <message>
        <source>B is the weight of the second model.</source>
        <translation>B ist das Gewicht des zweiten Modells.</translation>
    </message>
    <message>
        <source>The recipe leaves this linear float: B equals A.</source>
        <translation>Das Rezept belässt diesen Linear-Layer als Float: B gleicht A.</translation>
    </message>
    <message>
        <source>B is the weight as the recipe rounds it: exact, nothing is run.</source>
        <translation>B ist das Gewicht, wie das Rezept es rundet: exakt, ohne Modelllauf.</translation>
    </message>
    <message>
        <source>B is not up to date: %1</source>
        <translation>B ist nicht aktuell: %1</translation>
    </message>
    <message>
        <source>B is the weight as the stack transforms it and the recipe rounds it: static, nothing is run.</source>
        <translation>B ist das Gewicht, wie der Stapel es umformt und das Rezept es rundet: statisch, nichts läuft.</translation>
    </message>
    <message>
        <source>B is the weight as the stack transforms it; the recipe leaves it float.</source>
        <translation>B ist das Gewicht, wie der Stapel es umformt; das Rezept lässt es in Gleitkomma.</translation>
    </message>
</context>
<context>
    <name>bitscape::Workspace</name>
    <message>
        <source>Ctrl+%1</source>
        <translation>Strg+%1</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>Aktivierungen</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>Attention</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswertung</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
</context>
</TS>
