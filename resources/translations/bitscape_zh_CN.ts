<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ActivationProfile</name>
    <message>
        <source>Channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Each channel&apos;s largest, mean and median |x| over the tokens. A flat profile is easy to quantize. A channel whose median stands out is large for every token: smoothing or a rotation helps. A large maximum alone comes from few tokens.</source>
        <translation>各通道的 |x| 在所有 token 上的最大值、均值和中位数。曲线平坦则易于量化。若某通道的中位数突出，说明它对每个 token 都偏大：平滑或旋转会有帮助。若只有最大值偏大，则来自少数 token。</translation>
    </message>
    <message>
        <source>B − A of |x|</source>
        <translation>|x| 的 B − A</translation>
    </message>
    <message>
        <source>largest</source>
        <translation>最大值</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>|x|</source>
        <translation>|x|</translation>
    </message>
    <message>
        <source>largest, %1</source>
        <translation>最大值，%1</translation>
    </message>
    <message>
        <source>mean, %1</source>
        <translation>均值，%1</translation>
    </message>
    <message>
        <source>median, %1</source>
        <translation>中位数，%1</translation>
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
        <translation>Token</translation>
    </message>
    <message>
        <source>token</source>
        <translation>token</translation>
    </message>
    <message>
        <source>Each token&apos;s largest |x| over the channels: what a scale per token must cover. One token far above the others (often the first) holds massive outliers; a scale for the whole tensor then serves that token alone.</source>
        <translation>各 token 的 |x| 在所有通道上的最大值，即逐 token 缩放因子必须覆盖的范围。若某个 token（常为首个）远高于其他，则它含有巨量离群值；此时整个张量共用的缩放因子只为该 token 服务。</translation>
    </message>
    <message>
        <source>B − A of the largest |x|</source>
        <translation>最大 |x| 的 B − A</translation>
    </message>
    <message>
        <source>B − A</source>
        <translation>B − A</translation>
    </message>
    <message>
        <source>largest |x|</source>
        <translation>最大 |x|</translation>
    </message>
</context>
<context>
    <name>AttentionPicture</name>
    <message>
        <source>query</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>attention of block %1, head %2</source>
        <translation>第 %1 块头 %2 的注意力</translation>
    </message>
</context>
<context>
    <name>BlockBalance</name>
    <message>
        <source>block of channels</source>
        <translation>通道块</translation>
    </message>
    <message>
        <source>mean of the largest |x|</source>
        <translation>最大 |x| 的平均</translation>
    </message>
    <message>
        <source>Blocks of %1 channels</source>
        <translation>每块 %1 个通道</translation>
    </message>
    <message>
        <source>The mean of the channels&apos; largest |x| in each block that a rotation mixes, before and after the permutation. The permutation is good when all blocks are alike: the variance between them falls from %1 to %2.</source>
        <translation>旋转所混合的每个块中，各通道最大 |x| 的平均值，置换前后对比。各块越一致，置换越好：块间方差从 %1 降到 %2。</translation>
    </message>
    <message>
        <source>before the permutation (variance %1)</source>
        <translation>置换前（方差 %1）</translation>
    </message>
    <message>
        <source>after (variance %1)</source>
        <translation>置换后（方差 %1）</translation>
    </message>
</context>
<context>
    <name>BlockCharts</name>
    <message>
        <source>Massive activations: |residual stream| after each block</source>
        <translation>巨量激活：每块之后的 |残差流|</translation>
    </message>
    <message>
        <source>block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>|h|</source>
        <translation>|h|</translation>
    </message>
    <message>
        <source>The three largest magnitudes after each block beside the median. Values a thousand times the median are massive: few tokens hold them, and a scale per token or tensor that covers them leaves the other values few codes.</source>
        <translation>每块之后最大的三个幅值与中位数对照。达到中位数千倍的数值即为巨量：它们集中在少数 token，若逐 token 或逐张量的缩放因子要覆盖它们，其余数值便只剩很少的量化码。</translation>
    </message>
    <message>
        <source>largest</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>second</source>
        <translation>第二</translation>
    </message>
    <message>
        <source>third</source>
        <translation>第三</translation>
    </message>
    <message>
        <source>median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>largest, %1</source>
        <translation>最大，%1</translation>
    </message>
    <message>
        <source>median, %1</source>
        <translation>中位数，%1</translation>
    </message>
    <message>
        <source>Cosine between block input and output</source>
        <translation>块输入与输出的余弦相似度</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <source>Mean over tokens. Near 1 the block changes its input little; low values mark the blocks that matter most, often the first and the last. Give those more bits.</source>
        <translation>对 token 取均值。接近 1 表示该块对输入改变很小；低值标示最重要的块，通常是首块和末块。应为它们分配更多比特。</translation>
    </message>
</context>
<context>
    <name>BlockPreviews</name>
    <message>
        <source>The preview leaves out “%1”: it needs gradients of a calibration text, which evaluating collects.</source>
        <translation>预览略去“%1”：它需要校准文本的梯度，评估时才会收集。</translation>
    </message>
    <message>
        <source>The preview leaves out “%1”: it needs X&apos;X of a calibration text, which evaluating collects.</source>
        <translation>预览略去“%1”：它需要校准文本的 X&apos;X，评估时才会收集。</translation>
    </message>
    <message>
        <source>The preview solves “%1” on sampled rows instead of the mean sequence of the calibration text.</source>
        <translation>预览用抽样行而不是校准文本的平均序列来求解“%1”。</translation>
    </message>
    <message>
        <source>The preview rounds to the nearest value: “%1” needs gradients of a calibration text, which evaluating collects.</source>
        <translation>预览就近取整：“%1”需要校准文本的梯度，评估时才会收集。</translation>
    </message>
    <message>
        <source>The preview rounds to the nearest value: “%1” needs X&apos;X of a calibration text, which evaluating collects.</source>
        <translation>预览就近取整：“%1”需要校准文本的 X&apos;X，评估时才会收集。</translation>
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
        <translation>带符号，蓝到红</translation>
    </message>
</context>
<context>
    <name>FigureDialog</name>
    <message>
        <source>Save picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG 图片 (*.png)</translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation>SVG 矢量图 (*.svg)</translation>
    </message>
    <message>
        <source>PDF page (*.pdf)</source>
        <translation>PDF 页面 (*.pdf)</translation>
    </message>
    <message>
        <source>Scale of the PNG picture</source>
        <translation>PNG 图片的缩放倍数</translation>
    </message>
    <message>
        <source>Pixels per point of the screen: 2 is sharp on a screen, 4 and more in print. SVG and PDF are sharp at every size.</source>
        <translation>每个屏幕点对应的像素数：2 在屏幕上清晰，4 及以上适合印刷。SVG 和 PDF 在任何尺寸下都清晰。</translation>
    </message>
    <message>
        <source>%1 × %2 pixels</source>
        <translation>%1 × %2 像素</translation>
    </message>
    <message>
        <source>S&amp;cale:</source>
        <translation>缩放(&amp;C)：</translation>
    </message>
    <message>
        <source>Save numbers</source>
        <translation>保存数值</translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation>CSV 表格 (*.csv)</translation>
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
        <translation>头</translation>
    </message>
    <message>
        <source>%1 − %2</source>
        <translation>%1 − %2</translation>
    </message>
    <message>
        <source>Change of the mass on the first token</source>
        <translation>首 token 注意力占比的变化</translation>
    </message>
    <message>
        <source>Mass on the first token</source>
        <translation>首 token 注意力占比</translation>
    </message>
    <message>
        <source>points</source>
        <translation>百分点</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>Change of the entropy</source>
        <translation>熵的变化</translation>
    </message>
    <message>
        <source>Entropy</source>
        <translation>熵</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>Divergence KL(A || B)</source>
        <translation>散度 KL(A || B)</translation>
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
        <translation>%1%</translation>
    </message>
    <message>
        <source>first token %1 pp</source>
        <translation>首 token %1 百分点</translation>
    </message>
    <message>
        <source>entropy %1</source>
        <translation>熵 %1</translation>
    </message>
    <message>
        <source>KL %1</source>
        <translation>KL %1</translation>
    </message>
    <message>
        <source>KL(A || B) %1 nats: small, B looks where A looks</source>
        <translation>KL(A || B) %1 nats：小，B 与 A 关注相同位置</translation>
    </message>
    <message>
        <source>KL(A || B) %1 nats: noticeable, B weighs the tokens differently</source>
        <translation>KL(A || B) %1 nats：可察觉，B 对 token 的权重有所不同</translation>
    </message>
    <message>
        <source>KL(A || B) %1 nats: large, B looks elsewhere</source>
        <translation>KL(A || B) %1 nats：大，B 关注了别处</translation>
    </message>
    <message>
        <source>Rows are queries, columns the keys that they attend to, in the colours of the large map. Arrow keys choose a head, Return shows it large.</source>
        <translation>行为查询，列为其关注的键，配色与大图一致。方向键选择头，回车放大显示。</translation>
    </message>
    <message>
        <source>Share of the attention that goes to the first token, mean over all queries but the first. Many heads park there what they need nowhere else: the first token is an attention sink. High is normal; what matters is that B stays close to A. Where quantization moves the sink, massive outliers are usually the cause.</source>
        <translation>分配给首 token 的注意力占比，对除第一个以外的所有查询取均值。许多头把用不上的注意力停放在那里：首 token 是注意力汇聚点（attention sink）。数值高属正常，关键是 B 与 A 保持接近。若量化改变了汇聚点，原因通常是巨量离群值。</translation>
    </message>
    <message>
        <source>How spread out a head&apos;s attention is, in nats, mean over all queries but the first: 0 looks at a single token. B should stay close to A; a rise means that attention blurs.</source>
        <translation>注意力头的分散程度，单位 nats，对除第一个以外的所有查询取均值：0 表示只关注一个 token。B 应与 A 接近；升高表示注意力变得模糊。</translation>
    </message>
    <message>
        <source>A query that sees n tokens has at most ln(n): %1 for the last of the %2 tokens of this prompt.</source>
        <translation>能看到 n 个 token 的查询，其熵最大为 ln(n)：对此提示词 %2 个 token 中的最后一个为 %1。</translation>
    </message>
    <message>
        <source>KL divergence of B&apos;s attention from A&apos;s in nats, mean over all queries but the first; 0 when both agree. As a rule of thumb, below 0.01 a head looks where it did, up to 0.1 it weighs the tokens differently, above it looks elsewhere.</source>
        <translation>B 的注意力相对 A 的 KL 散度，单位 nats，对除第一个以外的所有查询取均值；两者一致时为 0。经验上，低于 0.01 时头关注的位置不变，不超过 0.1 时对 token 的权重有所不同，更高则关注了别处。</translation>
    </message>
</context>
<context>
    <name>HtmlReport</name>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>路径</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>指纹</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>架构</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>块数</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>%1, feed-forward %2</source>
        <translation>%1，前馈层 %2</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>注意力头</translation>
    </message>
    <message>
        <source>%1 of %2 channels, %3 for keys and values</source>
        <translation>%1 个，每个 %2 通道；键和值 %3 个</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>词表</translation>
    </message>
    <message>
        <source>%1, head tied to the embedding</source>
        <translation>%1，输出头与嵌入共享权重</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个 token</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Keys and values</source>
        <translation>键和值</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>每权重比特数</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>%1 MB</source>
        <translation>%1 MB</translation>
    </message>
    <message>
        <source>Rounding</source>
        <translation>舍入</translation>
    </message>
    <message>
        <source>%1 (off)</source>
        <translation>%1（已关闭）</translation>
    </message>
    <message>
        <source>Stack</source>
        <translation>步骤栈</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>Linears with formats of their own:</source>
        <translation>使用单独格式的线性层：</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>线性层</translation>
    </message>
    <message>
        <source>The recipe as JSON</source>
        <translation>JSON 格式的配方</translation>
    </message>
    <message>
        <source>running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
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
        <translation>%1%</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Nothing was evaluated.</source>
        <translation>未进行任何评测。</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Numbers are</source>
        <translation>数值类型</translation>
    </message>
    <message>
        <source>Backend</source>
        <translation>后端</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Windows × tokens</source>
        <translation>窗口 × token</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>Float perplexity</source>
        <translation>浮点困惑度</translation>
    </message>
    <message>
        <source>KL mean</source>
        <translation>KL 均值</translation>
    </message>
    <message>
        <source>KL median</source>
        <translation>KL 中位数</translation>
    </message>
    <message>
        <source>KL 99 %</source>
        <translation>KL 99%</translation>
    </message>
    <message>
        <source>Top-1 agreement</source>
        <translation>Top-1 一致率</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Token/s</translation>
    </message>
    <message>
        <source>How to repeat run %1</source>
        <translation>如何复现运行 %1</translation>
    </message>
    <message>
        <source>Save the recipe below as recipe.json, then:</source>
        <translation>将下方配方保存为 recipe.json，然后执行：</translation>
    </message>
    <message>
        <source>recipe.json of run %1</source>
        <translation>运行 %1 的 recipe.json</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>图</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n threads</source>
        <translation>
            <numerusform>%1，%n 线程</numerusform>
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
        <translation>处理器</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Made by Bitscape on %1</source>
        <translation>由 Bitscape 生成于 %1</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Decode tokens/s</source>
        <translation>解码 词元/秒</translation>
    </message>
    <message>
        <source>Of floor</source>
        <translation>占下限</translation>
    </message>
    <message>
        <source>Perplexity with the standard error between windows; lower is better. KL is KL(float || quantized) in nats over the vocabulary, 0 when nothing changed. Propagated numbers run every block on what the quantized blocks before it leave behind; static ones give each linear the float input. Tokens/s is the speed of measuring, decode that of the model alone, and the floor the decode that reads every packed weight from memory once per token.</source>
        <translation>困惑度附窗口间的标准误；越低越好。KL 是词表上的 KL(浮点 || 量化)，单位为奈特，毫无变化时为 0。传播的数值让每个块运行在前面已量化的块留下的结果上；静态的数值给每个线性层浮点输入。词元/秒是测量的速度，解码是模型本身的速度，下限是每个词元从内存读一遍全部打包权重的解码。</translation>
    </message>
</context>
<context>
    <name>Languages</name>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
</context>
<context>
    <name>Measures</name>
    <message>
        <source>The largest magnitude that reaches the linear. A range that must cover it leaves few codes for everything else; compare it with the 99.9 % quantile.</source>
        <translation>到达线性层的最大幅值。若范围必须覆盖它，其余数值便只剩很少的量化码；可与 99.9% 分位数比较。</translation>
    </message>
    <message>
        <source>The largest input against the largest of a typical token. Above 64 the outlier is massive: it sits in few tokens, often the first, and one scale for all tokens is lost to it. Scales per token or a kept prefix help.</source>
        <translation>最大输入与典型 token 最大值之比。超过 64 即为巨量离群值：它集中在少数 token（常为首个），所有 token 共用的缩放因子会被它占用。逐 token 缩放或保留前缀会有帮助。</translation>
    </message>
    <message>
        <source>even: easy</source>
        <translation>均匀：容易</translation>
    </message>
    <message>
        <source>uneven tokens</source>
        <translation>token 不均匀</translation>
    </message>
    <message>
        <source>massive</source>
        <translation>巨量</translation>
    </message>
    <message>
        <source>How heavy the tails of the input are. A normal distribution has 3; above 100 a few values dominate the range and 4-bit inputs suffer. Smoothing and rotation bring it down.</source>
        <translation>输入分布尾部的厚重程度。正态分布为 3；超过 100 时少数数值主导范围，4 比特输入会受损。平滑和旋转可将其降低。</translation>
    </message>
    <message>
        <source>near normal: easy</source>
        <translation>接近正态：容易</translation>
    </message>
    <message>
        <source>heavy tails</source>
        <translation>重尾</translation>
    </message>
    <message>
        <source>extreme: outliers dominate</source>
        <translation>极端：离群值主导</translation>
    </message>
    <message>
        <source>One value in a thousand is larger. Far below the largest |input|, clipping or a scale per token pays.</source>
        <translation>每千个数值中有一个更大。若远低于最大 |输入|，则裁剪或逐 token 缩放值得采用。</translation>
    </message>
    <message>
        <source>The typical magnitude of the input: what quantization must still resolve.</source>
        <translation>输入的典型幅值：量化仍须分辨的量级。</translation>
    </message>
    <message>
        <source>Channels that are large for every token. A scale per channel (smoothing) or a rotation removes them; 0 is good.</source>
        <translation>对每个 token 都偏大的通道。逐通道缩放（平滑）或旋转可将其消除；0 为好。</translation>
    </message>
    <message>
        <source>none: good</source>
        <translation>无：好</translation>
    </message>
    <message>
        <source>SQNR at %1</source>
        <translation>%1 下的 SQNR</translation>
    </message>
    <message>
        <source>Signal to quantization noise of the linear&apos;s output on identical inputs. Each bit is worth about 6 dB; above 30 dB is hardly seen in perplexity, below 15 dB hurts. Bright cells are bad.</source>
        <translation>相同输入下线性层输出的信号与量化噪声之比。每比特约值 6 dB；高于 30 dB 在困惑度上几乎看不出，低于 15 dB 有损害。亮的单元格为差。</translation>
    </message>
    <message>
        <source>good</source>
        <translation>好</translation>
    </message>
    <message>
        <source>fair</source>
        <translation>一般</translation>
    </message>
    <message>
        <source>poor</source>
        <translation>差</translation>
    </message>
    <message>
        <source>KL added alone at %1</source>
        <translation>%1 下单独引入的 KL</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>How far the model&apos;s predictions move when only this linear is quantized and everything else stays float (propagated to the output). Below 0.0001 nobody notices; above 0.001 the linear deserves more bits or a transform.</source>
        <translation>仅量化此线性层、其余保持浮点时模型预测的偏移程度（传播至输出）。低于 0.0001 无人察觉；高于 0.001 则该线性层值得更多比特或做变换。</translation>
    </message>
    <message>
        <source>poor: deserves more bits</source>
        <translation>差：值得更多比特</translation>
    </message>
    <message>
        <source>Largest |input|</source>
        <translation>最大 |输入|</translation>
    </message>
    <message>
        <source>Massive outliers (ratio)</source>
        <translation>巨量离群值（比值）</translation>
    </message>
    <message>
        <source>Kurtosis of the input</source>
        <translation>输入的峰度</translation>
    </message>
    <message>
        <source>99.9 % quantile of |input|</source>
        <translation>|输入| 的 99.9% 分位数</translation>
    </message>
    <message>
        <source>Mean |input|</source>
        <translation>平均 |输入|</translation>
    </message>
    <message>
        <source>Normal outlier channels</source>
        <translation>普通离群通道</translation>
    </message>
    <message>
        <source>Error at the current bits (SQNR)</source>
        <translation>当前位宽下的误差（SQNR）</translation>
    </message>
    <message>
        <source>KL added by this linear alone</source>
        <translation>此线性层单独引入的 KL</translation>
    </message>
    <message>
        <source>%1: %2 minus %3</source>
        <translation>%1：%2 减 %3</translation>
    </message>
    <message>
        <source>Red: larger in %1; blue: larger in %2. Pale: both are the same.</source>
        <translation>红色：%1 中更大；蓝色：%2 中更大。浅色：两者相同。</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>Keys and mouse</source>
        <translation>按键与鼠标</translation>
    </message>
    <message>
        <source>In pictures</source>
        <translation>在图中</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>单击</translation>
    </message>
    <message>
        <source>selects a cell, a linear, a head, a channel: in every view</source>
        <translation>选择单元格、线性层、头或通道：在所有视图中生效</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>拖动</translation>
    </message>
    <message>
        <source>selects a rectangle; turns the surface</source>
        <translation>选择矩形区域；旋转曲面</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>双击</translation>
    </message>
    <message>
        <source>zooms to the selection; opens a linear&apos;s activations</source>
        <translation>缩放到所选内容；打开线性层的激活</translation>
    </message>
    <message>
        <source>Space+drag, middle drag</source>
        <translation>空格+拖动、中键拖动</translation>
    </message>
    <message>
        <source>pans</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>Wheel, +, -</source>
        <translation>滚轮、+、-</translation>
    </message>
    <message>
        <source>zooms at the pointer (Shift: columns, Ctrl: rows)</source>
        <translation>在指针处缩放（Shift：列，Ctrl：行）</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Home</translation>
    </message>
    <message>
        <source>fits the whole picture</source>
        <translation>显示整幅图</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>方向键</translation>
    </message>
    <message>
        <source>move the focused cell (Shift: extend the selection)</source>
        <translation>移动焦点单元格（Shift：扩展选择）</translation>
    </message>
    <message>
        <source>Right click, Menu key</source>
        <translation>右键单击、菜单键</translation>
    </message>
    <message>
        <source>copies or saves the picture or its numbers</source>
        <translation>复制或保存图片或其数值</translation>
    </message>
    <message>
        <source>About Bitscape</source>
        <translation>关于 Bitscape</translation>
    </message>
    <message>
        <source>&lt;h3&gt;Bitscape %1&lt;/h3&gt;&lt;p&gt;A studio for quantizing large language models.&lt;/p&gt;&lt;p&gt;Qt %2, LibTorch %3&lt;/p&gt;</source>
        <translation>&lt;h3&gt;Bitscape %1&lt;/h3&gt;&lt;p&gt;大语言模型量化工作室。&lt;/p&gt;&lt;p&gt;Qt %2，LibTorch %3&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later, with a permission to combine it with NVIDIA&apos;s CUDA libraries (file LICENSE). It comes without any warranty. The bundled texts are in the public domain (CC0). Help &gt; Notices lists the works it stands on.</source>
        <translation>自由软件，采用 GNU 通用公共许可证第 3 版或更高版本，并允许与 NVIDIA 的 CUDA 库组合（见 LICENSE 文件）。不提供任何担保。附带的文本属于公有领域（CC0）。“帮助 &gt; 声明”列出了本软件所依托的作品。</translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>声明</translation>
    </message>
    <message>
        <source>token</source>
        <translation>token</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
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
        <translation>全部</translation>
    </message>
    <message>
        <source>q, k, v</source>
        <translation>q、k、v</translation>
    </message>
    <message>
        <source>o</source>
        <translation>o</translation>
    </message>
    <message>
        <source>gate, up</source>
        <translation>gate、up</translation>
    </message>
    <message>
        <source>down</source>
        <translation>down</translation>
    </message>
    <message>
        <source>KL when one component alone is quantized</source>
        <translation>单独量化一个组件时的 KL</translation>
    </message>
    <message>
        <source>KL when one component alone is %1</source>
        <translation>单个组件采用 %1 时的 KL</translation>
    </message>
    <message>
        <source>quantized in every block, the rest float</source>
        <translation>在所有块中量化，其余为浮点</translation>
    </message>
    <message>
        <source>KL, nats</source>
        <translation>KL，nats</translation>
    </message>
    <message>
        <source>KL from the float model&apos;s predictions when only this component is quantized, with the standard error over positions. Below 0.01 is hard to notice, above 0.1 hurts. The tallest bar among q to down is where bits or a transform pay first.</source>
        <translation>仅量化此组件时相对浮点模型预测的 KL，附各位置间的标准误。低于 0.01 难以察觉，高于 0.1 有损害。从 q 到 down 中最高的柱，是增加比特或做变换最先见效之处。</translation>
    </message>
    <message>
        <source>Error of each input, from block to block (%1)</source>
        <translation>各输入的误差逐块变化（%1）</translation>
    </message>
    <message>
        <source>block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>SQNR, dB</source>
        <translation>SQNR，dB</translation>
    </message>
    <message>
        <source>What the quantized blocks before it leave of each input, for the prompt (propagated). 30 dB is close to float, at 10 dB the error has a third of the signal&apos;s size. A sudden drop names the block that causes it.</source>
        <translation>对此提示词，各输入经其前面已量化的块之后还保留多少（传播式）。30 dB 接近浮点，10 dB 时误差约为信号的三分之一。骤降处即为成因所在的块。</translation>
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
        <translation>直方图</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>share of the weights, %</source>
        <translation>权重占比，%</translation>
    </message>
    <message>
        <source>How many weights lie where, on a logarithmic axis. Round and narrow is good: few weights far out stretch the range that the codes must cover.</source>
        <translation>各数值处的权重数量，采用对数轴。圆滑而窄为好：少数远离中心的权重会撑大量化码必须覆盖的范围。</translation>
    </message>
    <message>
        <source>Histogram: B − A</source>
        <translation>直方图：B − A</translation>
    </message>
    <message>
        <source>Where rounding moves the weights: from bins below zero to bins above it. Few tall bars mean few values to choose from.</source>
        <translation>舍入使权重移动的方向：从低于零的区间移到高于零的区间。高柱少说明可选的数值少。</translation>
    </message>
    <message>
        <source>Quantiles against the normal</source>
        <translation>与正态分布对比的分位数</translation>
    </message>
    <message>
        <source>quantile of the standard normal</source>
        <translation>标准正态分布的分位数</translation>
    </message>
    <message>
        <source>quantile, in deviations</source>
        <translation>分位数（以标准差计）</translation>
    </message>
    <message>
        <source>A straight line means normally distributed weights. Ends that bend away upwards and downwards are heavy tails: outliers that low bits cannot hold.</source>
        <translation>直线表示权重服从正态分布。两端向上、向下弯离即为重尾：低比特无法容纳的离群值。</translation>
    </message>
    <message>
        <source>Quantiles: B − A</source>
        <translation>分位数：B − A</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>正态</translation>
    </message>
    <message>
        <source>Range per output</source>
        <translation>各输出的范围</translation>
    </message>
    <message>
        <source>Range per channel</source>
        <translation>各通道的范围</translation>
    </message>
    <message>
        <source>output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>With a scale per output each row pays for its own range: even rows are good, a wide one loses precision alone.</source>
        <translation>逐输出缩放时，每行只为自身的范围付出代价：各行均匀为好，范围宽的行只有自身损失精度。</translation>
    </message>
    <message>
        <source>Channels are the inputs. One that stands out here or in the activations is what smoothing and rotations level out.</source>
        <translation>通道即输入。在此处或激活中突出的通道，正是平滑和旋转要抹平的对象。</translation>
    </message>
    <message>
        <source>Range per output: B − A</source>
        <translation>各输出的范围：B − A</translation>
    </message>
    <message>
        <source>Range per channel: B − A</source>
        <translation>各通道的范围：B − A</translation>
    </message>
    <message>
        <source>max</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>min</source>
        <translation>最小</translation>
    </message>
    <message>
        <source>A max</source>
        <translation>A 最大</translation>
    </message>
    <message>
        <source>A min</source>
        <translation>A 最小</translation>
    </message>
    <message>
        <source>B max</source>
        <translation>B 最大</translation>
    </message>
    <message>
        <source>B min</source>
        <translation>B 最小</translation>
    </message>
    <message>
        <source>Use of the %1 codes</source>
        <translation>%1 个量化码的使用情况</translation>
    </message>
    <message>
        <source>Use of the codes</source>
        <translation>量化码的使用情况</translation>
    </message>
    <message>
        <source>code</source>
        <translation>量化码</translation>
    </message>
    <message>
        <source>How often each code is used. Codes that are hardly used are wasted bits; the entropy says how many bits would do.</source>
        <translation>每个量化码的使用频率。很少使用的量化码是浪费的比特；熵说明多少比特就足够。</translation>
    </message>
    <message>
        <source>%1 × %2 · min %3 · max %4 · mean %5 · deviation %6 · kurtosis %7</source>
        <translation>%1 × %2 · 最小 %3 · 最大 %4 · 均值 %5 · 标准差 %6 · 峰度 %7</translation>
    </message>
    <message>
        <source>float: no codes</source>
        <translation>浮点：无量化码</translation>
    </message>
    <message>
        <source>%1 dB</source>
        <translation>%1 dB</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>%1 · %2 bits stored · entropy %3 bits · SQNR %4</source>
        <translation>%1 · 存储 %2 比特 · 熵 %3 比特 · SQNR %4</translation>
    </message>
</context>
<context>
    <name>bitscape::ActivationsPanel</name>
    <message>
        <source>Decoder block, counted from 0 ([ and ] go back and forth)</source>
        <translation>解码器块，从 0 开始计数（按 [ 和 ] 前后切换）</translation>
    </message>
    <message>
        <source>Linears that share an input are shown once: q, k and v read the same numbers</source>
        <translation>共用同一输入的线性层只显示一次：q、k、v 读取相同的数值</translation>
    </message>
    <message>
        <source>Place in the block</source>
        <translation>块内位置</translation>
    </message>
    <message>
        <source>Text whose tokens run through the model</source>
        <translation>其 token 将送入模型的文本</translation>
    </message>
    <message>
        <source>&amp;Show</source>
        <translation>显示(&amp;S)</translation>
    </message>
    <message>
        <source>Runs this text through the model (Return)</source>
        <translation>将此文本送入模型运行（回车）</translation>
    </message>
    <message>
        <source>heat map</source>
        <translation>热力图</translation>
    </message>
    <message>
        <source>surface</source>
        <translation>曲面</translation>
    </message>
    <message>
        <source>both</source>
        <translation>两者</translation>
    </message>
    <message>
        <source>The heat map reads single values; the surface shows how far outliers stand out</source>
        <translation>热力图便于读取单个数值；曲面展示离群值突出的程度</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Height of the surface. Linear shows what a uniform grid of codes must cover, logarithmic shows small values too</source>
        <translation>曲面的高度。线性显示均匀量化网格必须覆盖的范围，对数还能显示小数值</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <translation>块(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>提示词(&amp;P)</translation>
    </message>
    <message>
        <source>P&amp;ictures</source>
        <translation>图示(&amp;I)</translation>
    </message>
    <message>
        <source>H&amp;eight</source>
        <translation>高度(&amp;E)</translation>
    </message>
    <message>
        <source>input of q, k, v</source>
        <translation>q、k、v 的输入</translation>
    </message>
    <message>
        <source>input of o</source>
        <translation>o 的输入</translation>
    </message>
    <message>
        <source>input of gate, up</source>
        <translation>gate、up 的输入</translation>
    </message>
    <message>
        <source>input of down</source>
        <translation>down 的输入</translation>
    </message>
    <message>
        <source>queries and keys</source>
        <translation>查询与键</translation>
    </message>
    <message>
        <source>Open a model to see its activations.</source>
        <translation>打开模型以查看其激活。</translation>
    </message>
    <message>
        <source>residual stream</source>
        <translation>残差流</translation>
    </message>
</context>
<context>
    <name>bitscape::ActivationsPresenter</name>
    <message>
        <source>Difference of the activations</source>
        <translation>激活的差值</translation>
    </message>
    <message>
        <source>The other model has no block %1.</source>
        <translation>另一个模型没有第 %1 块。</translation>
    </message>
    <message>
        <source>The models have different widths here: %1 and %2 channels.</source>
        <translation>两个模型在此处宽度不同：%1 与 %2 个通道。</translation>
    </message>
    <message>
        <source>The models split the prompt differently: %1 and %2 tokens.</source>
        <translation>两个模型对提示词的切分不同：%1 与 %2 个 token。</translation>
    </message>
    <message>
        <source>Open a model: Ctrl+O, or drop a file here.</source>
        <translation>请打开模型：按 Ctrl+O，或将文件拖放到此处。</translation>
    </message>
    <message>
        <source>This model has no block %1.</source>
        <translation>此模型没有第 %1 块。</translation>
    </message>
    <message>
        <source>Computing block %1 …</source>
        <translation>正在计算第 %1 块…</translation>
    </message>
    <message>
        <source>The first %1 tokens of the prompt; the rest was cut to fit into memory.</source>
        <translation>提示词的前 %1 个 token；其余部分因内存限制已截去。</translation>
    </message>
    <message>
        <source>%1 tokens of the prompt.</source>
        <translation>提示词共 %1 个 token。</translation>
    </message>
    <message>
        <source>Rings and pins mark the largest values beyond 20 times the mean.</source>
        <translation>圆环和标针标出超过均值 20 倍的最大值。</translation>
    </message>
    <message>
        <source>Hatched ridges are channels that are large for every token of the statistics.</source>
        <translation>带阴影线的脊是对统计中每个 token 都偏大的通道。</translation>
    </message>
    <message>
        <source>B runs every block as %1, with simulated quantization: propagated.</source>
        <translation>B 以 %1 运行每个块，采用模拟量化：传播式。</translation>
    </message>
    <message>
        <source>B is not up to date: %1</source>
        <translation>B 不是最新的：%1</translation>
    </message>
    <message>
        <source>B is A pushed through the stack, as the quantizer sees it: static, no block runs. “Propagate” in the stack replays the blocks.</source>
        <translation>B 是 A 经过步骤栈后量化器所见的值：静态，不运行任何块。步骤栈中的“传播”会重新运行各块。</translation>
    </message>
</context>
<context>
    <name>bitscape::AttentionLoader</name>
    <message>
        <source>Attention in block %1 (%2)</source>
        <translation>第 %1 块的注意力（%2）</translation>
    </message>
    <message>
        <source>Attention of head %1</source>
        <translation>头 %1 的注意力</translation>
    </message>
    <message>
        <source>Divergence of the heads of block %1</source>
        <translation>第 %1 块各头的散度</translation>
    </message>
    <message>
        <source>Difference of the attention</source>
        <translation>注意力的差值</translation>
    </message>
    <message>
        <source>Cancelled. Choose another block and come back to compute it again.</source>
        <translation>已取消。切换到其他块再返回即可重新计算。</translation>
    </message>
    <message>
        <source>the models have %1 and %2 heads.</source>
        <translation>两个模型分别有 %1 和 %2 个头。</translation>
    </message>
    <message>
        <source>the models split the prompt into different tokens.</source>
        <translation>两个模型将提示词切分成了不同的 token。</translation>
    </message>
</context>
<context>
    <name>bitscape::AttentionPanel</name>
    <message>
        <source>Decoder block, counted from 0 ([ and ] go back and forth)</source>
        <translation>解码器块，从 0 开始计数（按 [ 和 ] 前后切换）</translation>
    </message>
    <message>
        <source>Attention head of the block, counted from 0</source>
        <translation>块内的注意力头，从 0 开始计数</translation>
    </message>
    <message>
        <source>&amp;Map only</source>
        <translation>仅显示大图(&amp;M)</translation>
    </message>
    <message>
        <source>The large map alone. Return or a double click on a head does the same</source>
        <translation>只显示大图。在某个头上按回车或双击效果相同</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <translation>块(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Head</source>
        <translation>头(&amp;H)</translation>
    </message>
    <message>
        <source>Open a model to see where its heads look.</source>
        <translation>打开模型以查看各注意力头关注的位置。</translation>
    </message>
    <message>
        <source>Compares B with A: choose B, Difference or Side by side.</source>
        <translation>比较 B 与 A：请选择“B”“差值”或“并排”。</translation>
    </message>
</context>
<context>
    <name>bitscape::AttentionPresenter</name>
    <message>
        <source>Open a model: Ctrl+O, or drop a file here.</source>
        <translation>请打开模型：按 Ctrl+O，或将文件拖放到此处。</translation>
    </message>
    <message>
        <source>Computing the attention in block %1 …</source>
        <translation>正在计算第 %1 块的注意力…</translation>
    </message>
    <message>
        <source>The first %1 tokens of the prompt, which is longer.</source>
        <translation>提示词较长，此处为前 %1 个 token。</translation>
    </message>
    <message>
        <source>%1 tokens of the prompt.</source>
        <translation>提示词共 %1 个 token。</translation>
    </message>
    <message>
        <source>A row shows where a query looks and sums to one; it sees only keys up to itself.</source>
        <translation>每行显示一个查询关注的位置，其和为 1；查询只能看到自身及之前的键。</translation>
    </message>
    <message>
        <source>B runs every block up to this one as %1, with simulated quantization: propagated.</source>
        <translation>B 以 %1 运行直至此块的每个块，采用模拟量化：传播式。</translation>
    </message>
    <message>
        <source>B is not up to date: %1</source>
        <translation>B 不是最新的：%1</translation>
    </message>
    <message>
        <source>B runs this block alone as the stack and %1 leave it, on what A&apos;s blocks before it leave: static. “Propagate” in the stack replays them all.</source>
        <translation>B 只按步骤栈和 %1 的结果运行这一块，输入来自 A 前面的块：静态。步骤栈中的“传播”会重新运行所有块。</translation>
    </message>
</context>
<context>
    <name>bitscape::BackendList</name>
    <message>
        <source>It cannot run here: %1</source>
        <translation>它不能在这里运行：%1</translation>
    </message>
    <message>
        <source>It cannot multiply %1 as %2, which this recipe asks for.</source>
        <translation>它不能把 %1 按 %2 相乘，而此配方需要这样。</translation>
    </message>
    <message>
        <source>It cannot multiply %1 of block %2 as %3, which this recipe asks for.</source>
        <translation>它不能把块 %2 的 %1 按 %3 相乘，而此配方需要这样。</translation>
    </message>
</context>
<context>
    <name>bitscape::BitChart</name>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>1 bit</source>
        <translation>1 位</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 位</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>请先打开一个模型。</translation>
    </message>
    <message>
        <source>Bits of every linear</source>
        <translation>每个线性层的位数</translation>
    </message>
    <message>
        <source>%1 bits per weight with its scales, %2 MB</source>
        <translation>含缩放因子每权重 %1 位，%2 MB</translation>
    </message>
    <message>
        <source>predicted error %1 %2</source>
        <translation>预测误差 %1 %2</translation>
    </message>
    <message>
        <source>proposed: %1</source>
        <translation>建议：%1</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>(%1 linears selected)</source>
        <translation>（已选 %1 个线性层）</translation>
    </message>
    <message>
        <source>block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>drag up or down to change bits, sideways to select; keys 1 to 8 set them, L locks</source>
        <translation>上下拖动改变位数，左右拖动选择；按键 1 到 8 设定位数，L 锁定</translation>
    </message>
    <message>
        <source>bits of weights</source>
        <translation>权重位数</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>每权重 %1 位</translation>
    </message>
</context>
<context>
    <name>bitscape::BitCosts</name>
    <message>
        <source>Costs of each linear in %1 formats</source>
        <translation>每个线性层在 %1 种格式下的代价</translation>
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
        <translation>预算</translation>
    </message>
    <message>
        <source>How large the plan may be. The solver&apos;s answer is shown at once; Solve writes it into the recipe.</source>
        <translation>方案可以有多大。求解器的答案立即显示；“求解”将其写入配方。</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>每权重位数</translation>
    </message>
    <message>
        <source>MB of the model</source>
        <translation>模型大小（MB）</translation>
    </message>
    <message>
        <source>Unit of the budget</source>
        <translation>预算单位</translation>
    </message>
    <message>
        <source>Bits per weight count codes, scales and zero points of the blocks&apos; linears; the size of the model adds embedding, head and norms.</source>
        <translation>每权重位数计入各块线性层的编码、缩放因子和零点；模型大小还包括嵌入、输出头和归一化。</translation>
    </message>
    <message>
        <source>S&amp;olve</source>
        <translation>求解(&amp;O)</translation>
    </message>
    <message>
        <source>from statistics</source>
        <translation>来自统计量</translation>
    </message>
    <message>
        <source>with the KL of each</source>
        <translation>含各层的 KL</translation>
    </message>
    <message>
        <source>How costs are measured</source>
        <translation>代价的测量方式</translation>
    </message>
    <message>
        <source>From statistics: one pass over the text and its second-order estimate, in seconds. With the KL of each: every linear alone at 3 bits as well, in minutes.</source>
        <translation>来自统计量：遍历文本一次并作二阶估计，数秒。含各层的 KL：另外单独测量每个线性层 3 位时的 KL，数分钟。</translation>
    </message>
    <message>
        <source>Sto&amp;p</source>
        <translation>停止(&amp;P)</translation>
    </message>
    <message>
        <source>Ends the measurement; the blocks that were measured are kept and not measured again.</source>
        <translation>结束测量；已测量的块会保留，不再重复测量。</translation>
    </message>
    <message>
        <source>Bud&amp;get</source>
        <translation>预算(&amp;G)</translation>
    </message>
    <message>
        <source>Costs</source>
        <translation>代价</translation>
    </message>
    <message>
        <source>Fuse&amp;d linears together</source>
        <translation>融合的线性层保持一致(&amp;D)</translation>
    </message>
    <message>
        <source>q, k and v, and gate and up, have the same bits: runtimes multiply them as one.</source>
        <translation>q、k、v 以及 gate、up 使用相同位数：运行时将它们作为一个整体相乘。</translation>
    </message>
    <message>
        <source>&amp;Keep as A</source>
        <translation>保存为 A(&amp;K)</translation>
    </message>
    <message>
        <source>Remembers this plan, so that later ones are compared with it; a click on its point brings it back.</source>
        <translation>记住此方案，以便与之后的方案比较；点击其点即可恢复。</translation>
    </message>
    <message>
        <source>Linears that differ between plan A and this plan</source>
        <translation>方案 A 与此方案不同的线性层</translation>
    </message>
    <message>
        <source>error at %1 bits</source>
        <translation>%1 位时的误差</translation>
    </message>
    <message>
        <source>predicted KL, nats</source>
        <translation>预测 KL（nats）</translation>
    </message>
    <message>
        <source>relative error, summed</source>
        <translation>相对误差之和</translation>
    </message>
    <message>
        <source>this plan</source>
        <translation>此方案</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>请先打开一个模型。</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>每权重 %1 位</translation>
    </message>
    <message>
        <source>predicted error %1 %2</source>
        <translation>预测误差 %1 %2</translation>
    </message>
    <message>
        <source>%1 in all, %2 of them the blocks&apos; linears</source>
        <translation>共 %1，其中各块线性层 %2</translation>
    </message>
    <message>
        <source>error %1</source>
        <translation>误差 %1</translation>
    </message>
    <message>
        <source>at least %1 ms per token, reading %2 GB/s</source>
        <translation>每词元至少 %1 ms（读取 %2 GB/s）</translation>
    </message>
    <message>
        <source>%1 linears have bits that were not measured: there is no prediction.</source>
        <translation>%1 个线性层的位数未经测量：没有预测。</translation>
    </message>
    <message>
        <source>Proposed: %1</source>
        <translation>建议：%1</translation>
    </message>
    <message>
        <source>Against the last plan: %1</source>
        <translation>与上一个方案相比：%1</translation>
    </message>
    <message>
        <source>Last measured: %1, predicted %2, measured %3 nats: the prediction was off by %4 %.</source>
        <translation>上次测量：%1，预测 %2，实测 %3 nats：预测偏差 %4 %。</translation>
    </message>
    <message>
        <source>Uniform bits of its size measured %1 nats: it is %2 % better.</source>
        <translation>同等大小的统一位数实测 %1 nats：此方案好 %2 %。</translation>
    </message>
    <message>
        <source>Uniform bits of its size measured %1 nats: it is no better than they are.</source>
        <translation>同等大小的统一位数实测 %1 nats：此方案并不更好。</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <translation>%1：%2 → %3</translation>
    </message>
    <message>
        <source>This plan is plan A.</source>
        <translation>此方案即方案 A。</translation>
    </message>
    <message>
        <source>Writes the plan of the least predicted error within the budget into the recipe; locked linears stay.</source>
        <translation>将预算内预测误差最小的方案写入配方；锁定的线性层保持不变。</translation>
    </message>
    <message>
        <source>Measure the costs first.</source>
        <translation>请先测量代价。</translation>
    </message>
    <message>
        <source>Evaluating…</source>
        <translation>正在评估…</translation>
    </message>
    <message>
        <source>Evaluate &amp;this plan</source>
        <translation>评估此方案(&amp;T)</translation>
    </message>
    <message>
        <source>Measures the KL divergence of this plan on the text; the run stands on the Evaluate page, too.</source>
        <translation>在文本上测量此方案的 KL 散度；该次运行也会出现在评估页上。</translation>
    </message>
    <message>
        <source>&amp;Measure again</source>
        <translation>重新测量(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>测量(&amp;M)</translation>
    </message>
    <message>
        <source>The costs are being measured.</source>
        <translation>正在测量代价。</translation>
    </message>
    <message>
        <source>Predicted error against size, once it is known what every linear costs in every format: press Measure. Bits can be dragged before that.</source>
        <translation>预测误差与大小的关系，需先知道每个线性层在每种格式下的代价：请按“测量”。在此之前也可以拖动位数。</translation>
    </message>
    <message>
        <source>Measuring the costs</source>
        <translation>正在测量代价</translation>
    </message>
    <message>
        <source>Measuring the costs: %1</source>
        <translation>正在测量代价：%1</translation>
    </message>
    <message>
        <source>best bits within %1 per weight</source>
        <translation>每权重 %1 位以内的最佳位数</translation>
    </message>
    <message>
        <source>as all</source>
        <translation>与整体相同</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1 linears: %2</source>
        <translation>%1 个线性层：%2</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>%1 linears: one bit more</source>
        <translation>%1 个线性层：多一位</translation>
    </message>
    <message>
        <source>%1 linears: one bit less</source>
        <translation>%1 个线性层：少一位</translation>
    </message>
    <message>
        <source>plan %1</source>
        <translation>方案 %1</translation>
    </message>
</context>
<context>
    <name>bitscape::BitsPresenter</name>
    <message>
        <source>This plan quantizes nothing: there is nothing to measure.</source>
        <translation>此方案不量化任何内容：没有可测量的。</translation>
    </message>
    <message>
        <source>The costs are of another stack, rounding, text, or of other bits of inputs: measure again to have this recipe&apos;s own.</source>
        <translation>这些代价属于另一个堆栈、舍入、文本或其他输入位数：请重新测量以得到此配方自己的代价。</translation>
    </message>
    <message>
        <source>Needs about %1 of memory and perhaps %2; %3 are free. The numbers are kept.</source>
        <translation>约需 %1 内存，可能需 %2；空闲 %3。这些数值会保留。</translation>
    </message>
    <message>
        <source>run %1</source>
        <translation>运行 %1</translation>
    </message>
</context>
<context>
    <name>bitscape::ColourBar</name>
    <message>
        <source>Colour bar</source>
        <translation>色标</translation>
    </message>
    <message>
        <source>%1: colours run from %2 to %3</source>
        <translation>%1：颜色范围从 %2 到 %3</translation>
    </message>
</context>
<context>
    <name>bitscape::CompareBar</name>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>并排</translation>
    </message>
    <message>
        <source>A and B beside each other, with the same colours, zoom and cross-hair</source>
        <translation>A 与 B 并排显示，共用配色、缩放和十字线</translation>
    </message>
    <message>
        <source>Which side is shown</source>
        <translation>显示哪一侧</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>A: %1</source>
        <translation>A：%1</translation>
    </message>
    <message>
        <source>Side A is the reference: the model as it is stored</source>
        <translation>A 侧为参考：模型文件中原样的模型</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B：%1</translation>
    </message>
    <message>
        <source>Side B is the candidate: the model as the recipe quantizes it, or a second model</source>
        <translation>B 侧为候选：按配方量化后的模型，或第二个模型</translation>
    </message>
    <message>
        <source>B − A: pale is zero, blue is below A and red above. The paler the picture, the better</source>
        <translation>B − A：浅色为零，蓝色低于 A，红色高于 A。整体颜色越浅越好</translation>
    </message>
    <message>
        <source>There is no difference: %1</source>
        <translation>没有差值可显示：%1</translation>
    </message>
</context>
<context>
    <name>bitscape::ComparisonCard</name>
    <message>
        <source>Comparison of two runs</source>
        <translation>两次运行的比较</translation>
    </message>
    <message>
        <source>A: %1</source>
        <translation>A：%1</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B：%1</translation>
    </message>
    <message>
        <source>B − A</source>
        <translation>B − A</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>a measure and its unit</comment>
        <translation>%1（%2）</translation>
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
        <translation>此处比较两次运行：单击下方某行设为 A，Ctrl+单击设为 B。</translation>
    </message>
</context>
<context>
    <name>bitscape::Document</name>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>bits %1</source>
        <translation>位宽 %1</translation>
    </message>
    <message>
        <source>%1, pushed through the stack: static</source>
        <translation>%1，经过步骤栈：静态</translation>
    </message>
    <message>
        <source>static</source>
        <translation>静态</translation>
    </message>
    <message>
        <source>propagated</source>
        <translation>传播</translation>
    </message>
    <message>
        <source>This recipe needs a calibration text: choose one in the stack.</source>
        <translation>此配方需要校准文本：请在步骤栈中选择。</translation>
    </message>
</context>
<context>
    <name>bitscape::EditActions</name>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Bits of the selected linear</source>
        <translation>所选线性层的位宽(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Float</source>
        <translation>浮点(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;As all</source>
        <translation>跟随全局(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Previous block</source>
        <translation>上一块(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Next block</source>
        <translation>下一块(&amp;N)</translation>
    </message>
    <message>
        <source>Runs the prompt again, and the text where a cancel left it out</source>
        <translation>重新运行提示词；若文本曾因取消而未处理，也一并重新运行</translation>
    </message>
    <message>
        <source>&amp;Filter the model</source>
        <translation>筛选模型(&amp;F)</translation>
    </message>
    <message>
        <source>Clear the &amp;selection, or cancel the job</source>
        <translation>清除选择，或取消任务(&amp;S)</translation>
    </message>
    <message>
        <source>as all</source>
        <translation>跟随全局</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>1 bit</source>
        <translation>1 比特</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 比特</translation>
    </message>
    <message>
        <source>Re&amp;compute</source>
        <translation>重新计算(&amp;C)</translation>
    </message>
    <message>
        <source>Cancel all &amp;jobs</source>
        <translation>取消所有任务(&amp;J)</translation>
    </message>
</context>
<context>
    <name>bitscape::EffectBar</name>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancel: %1</source>
        <translation>取消：%1</translation>
    </message>
    <message>
        <source>Measure: %1</source>
        <translation>测量：%1</translation>
    </message>
    <message>
        <source>Stops after the present step; what is known stays.</source>
        <translation>完成当前步骤后停止；已得到的结果保留。</translation>
    </message>
</context>
<context>
    <name>bitscape::Effects</name>
    <message>
        <source>Open a model first.</source>
        <translation>请先打开模型。</translation>
    </message>
    <message>
        <source>The recipe quantizes nothing: choose bits first.</source>
        <translation>配方未量化任何内容：请先选择位宽。</translation>
    </message>
    <message>
        <source>Error that each linear adds alone at %1</source>
        <translation>%1 下各线性层单独引入的误差</translation>
    </message>
    <message>
        <source>Error that each component adds alone at %1</source>
        <translation>%1 下各组件单独引入的误差</translation>
    </message>
</context>
<context>
    <name>bitscape::EmptyStack</name>
    <message>
        <source>No steps: weights are rounded as they are.

A stack is a list of steps that change the model before it is rounded, without changing what it computes: scales, rotations and permutations move outliers to where rounding hurts less. Each step works on what the steps above it leave. What it inserts folds into the weights where it can, and runs online where it cannot.

Begin with a method:</source>
        <translation>没有步骤：权重按原样取整。

步骤栈是一串在取整前改变模型、但不改变其计算结果的步骤：缩放、旋转和置换把离群值移到取整损失较小的地方。每一步都作用于上面各步的结果。插入的变换能并入权重就并入，不能并入就在线运行。

从一种方法开始：</translation>
    </message>
</context>
<context>
    <name>bitscape::EvaluatePanel</name>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Perplexity and KL divergence of the recipe on a text</source>
        <translation>配方在一段文本上的困惑度和 KL 散度</translation>
    </message>
    <message>
        <source>One prompt continued by A and by B, token by token</source>
        <translation>由 A 和 B 逐 token 续写同一提示词</translation>
    </message>
    <message>
        <source>Run %1 goes on: %2 of %3 windows done.</source>
        <translation>运行 %1 进行中：已完成 %2/%3 个窗口。</translation>
    </message>
    <message>
        <source>no run</source>
        <translation>无运行</translation>
    </message>
    <message>
        <source>Run an evaluation: numbers appear here as windows are done.</source>
        <translation>请运行一次评测：随着窗口完成，数值会显示在此处。</translation>
    </message>
    <message>
        <source>A difference needs two runs: change the recipe and run again.</source>
        <translation>差值需要两次运行：请更改配方后再次运行。</translation>
    </message>
    <message>
        <source>The two runs share no number of windows yet.</source>
        <translation>两次运行尚无相同的窗口数。</translation>
    </message>
    <message>
        <source>There is no second run yet: change the recipe and run again.</source>
        <translation>尚无第二次运行：请更改配方后再次运行。</translation>
    </message>
    <message>
        <source>Numbers appear here as windows are done.</source>
        <translation>随着窗口完成，数值会显示在此处。</translation>
    </message>
    <message>
        <source>The float model does not diverge from itself: evaluate a quantizing recipe.</source>
        <translation>浮点模型与自身没有散度：请评测一个带量化的配方。</translation>
    </message>
    <message>
        <source>No run shown here has measured its blocks.</source>
        <translation>此处显示的运行均未逐块测量。</translation>
    </message>
    <message>
        <source>Measure, generate or time</source>
        <translation>测量、生成或计时</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>How fast this machine multiplies, for every number of bits of weights and inputs</source>
        <translation>这台机器对每种权重与输入位数的乘法速度</translation>
    </message>
</context>
<context>
    <name>bitscape::EvaluatePresenter</name>
    <message>
        <source>Needs about %1 of memory and %2; %3 are free.</source>
        <translation>约需 %1 内存和 %2；可用内存 %3。</translation>
    </message>
    <message>
        <source>Needs about %1 of memory and perhaps %2, a guess until the first run; %3 are free.</source>
        <translation>约需 %1 内存，可能耗时 %2（首次运行前为估计值）；可用内存 %3。</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>请先打开模型。</translation>
    </message>
    <message>
        <source>%1 (%2 bits per weight)</source>
        <translation>%1（每权重 %2 比特）</translation>
    </message>
    <message>
        <source>the recipe of run %1</source>
        <translation>运行 %1 的配方</translation>
    </message>
    <message>
        <source>recipe of run %1</source>
        <translation>运行 %1 的配方</translation>
    </message>
</context>
<context>
    <name>bitscape::ExportDialog</name>
    <message>
        <source>Export for another program</source>
        <translation>为其他程序导出</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>格式(&amp;F)</translation>
    </message>
    <message>
        <source>A new folder, or one that holds an export of this program</source>
        <translation>新文件夹，或已存有本程序导出结果的文件夹</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>选择(&amp;C)…</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>文件夹(&amp;O)</translation>
    </message>
    <message>
        <source>Folder of the export</source>
        <translation>导出文件夹</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>What its programs can load</source>
        <translation>其程序能够加载的内容</translation>
    </message>
    <message>
        <source>Findings about this export</source>
        <translation>关于此导出的检查结果</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>导出(&amp;E)</translation>
    </message>
    <message>
        <source>This format cannot hold the recipe as it is: apply the remedies above, or choose another format.</source>
        <translation>此格式无法容纳当前配方：请应用上面的补救措施，或选择其他格式。</translation>
    </message>
    <message>
        <source>Choose a folder to write to.</source>
        <translation>请选择要写入的文件夹。</translation>
    </message>
    <message>
        <source>No model is open.</source>
        <translation>没有打开的模型。</translation>
    </message>
    <message>
        <source>%1 bits per weight in the blocks, about %2 in all</source>
        <translation>块中每权重 %1 比特，总计约 %2</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Remedy: %1</source>
        <translation>补救措施：%1</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Apply: %1</source>
        <translation>应用：%1</translation>
    </message>
    <message>
        <source>Nothing stands in the way.</source>
        <translation>没有障碍。</translation>
    </message>
    <message>
        <source>For %1: %2</source>
        <translation>针对 %1：%2</translation>
    </message>
    <message>
        <source>Resolve &amp;all errors</source>
        <translation>解决所有错误(&amp;A)</translation>
    </message>
    <message>
        <source>%1; and %2 more</source>
        <translation>%1；另有 %2 项</translation>
    </message>
</context>
<context>
    <name>bitscape::FigureExport</name>
    <message>
        <source>Copy &amp;value</source>
        <translation>复制数值(&amp;V)</translation>
    </message>
    <message>
        <source>Copy the value under the cursor or the selected cells (%1)</source>
        <translation>复制光标处的数值或所选单元格（%1）</translation>
    </message>
    <message>
        <source>Copy &amp;picture</source>
        <translation>复制图片(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Save picture…</source>
        <translation>保存图片(&amp;S)…</translation>
    </message>
    <message>
        <source>As PNG at a chosen scale, SVG or PDF</source>
        <translation>保存为指定缩放倍数的 PNG，或 SVG、PDF</translation>
    </message>
    <message>
        <source>Save &amp;numbers…</source>
        <translation>保存数值(&amp;N)…</translation>
    </message>
    <message>
        <source>What the picture shows, as CSV or JSON</source>
        <translation>将图中内容保存为 CSV 或 JSON</translation>
    </message>
    <message>
        <source>There is no value to copy: point at a cell or select one.</source>
        <translation>没有可复制的数值：请指向或选中一个单元格。</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>已复制：%1</translation>
    </message>
    <message>
        <source>Copied the picture &quot;%1&quot;.</source>
        <translation>已复制图片“%1”。</translation>
    </message>
    <message>
        <source>Saved %1.</source>
        <translation>已保存 %1。</translation>
    </message>
    <message>
        <source>Click a picture first: several can be seen.</source>
        <translation>请先点击一张图：当前可见多张。</translation>
    </message>
</context>
<context>
    <name>bitscape::FileActions</name>
    <message>
        <source>&amp;Open model…</source>
        <translation>打开模型(&amp;O)…</translation>
    </message>
    <message>
        <source>Open model &amp;folder…</source>
        <translation>打开模型文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Open st&amp;udy…</source>
        <translation>打开研究(&amp;U)…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>最近打开(&amp;R)</translation>
    </message>
    <message>
        <source>Open a second model as &amp;B…</source>
        <translation>打开第二个模型作为 B(&amp;B)…</translation>
    </message>
    <message>
        <source>Every view compares it with the first one: A, B, difference, side by side.</source>
        <translation>所有视图都会将其与第一个模型比较：A、B、差值、并排。</translation>
    </message>
    <message>
        <source>Close model B</source>
        <translation>关闭模型 B</translation>
    </message>
    <message>
        <source>&amp;Save study</source>
        <translation>保存研究(&amp;S)</translation>
    </message>
    <message>
        <source>Save study &amp;as…</source>
        <translation>研究另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Keep statistics in the study</source>
        <translation>在研究中保留统计数据(&amp;K)</translation>
    </message>
    <message>
        <source>The file is larger and opens without reading the text again.</source>
        <translation>文件会更大，但打开时无需重新读取文本。</translation>
    </message>
    <message>
        <source>&amp;Export quantized model…</source>
        <translation>导出量化模型(&amp;E)…</translation>
    </message>
    <message>
        <source>Save re&amp;port…</source>
        <translation>保存报告(&amp;P)…</translation>
    </message>
    <message>
        <source>One HTML file with recipe, numbers, figures, versions and the command that repeats it.</source>
        <translation>单个 HTML 文件，包含配方、数值、图、版本信息以及用于复现的命令。</translation>
    </message>
    <message>
        <source>&amp;Close window</source>
        <translation>关闭窗口(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Open model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>Open a second model as B</source>
        <translation>打开第二个模型作为 B</translation>
    </message>
    <message>
        <source>Models (*.gguf *.safetensors);;All files (*)</source>
        <translation>模型 (*.gguf *.safetensors);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Open model folder</source>
        <translation>打开模型文件夹</translation>
    </message>
    <message>
        <source>Open study</source>
        <translation>打开研究</translation>
    </message>
    <message>
        <source>Studies (*.h5);;All files (*)</source>
        <translation>研究 (*.h5);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Save study</source>
        <translation>保存研究</translation>
    </message>
    <message>
        <source>Studies (*.h5)</source>
        <translation>研究 (*.h5)</translation>
    </message>
    <message>
        <source>Export quantized model</source>
        <translation>导出量化模型</translation>
    </message>
    <message>
        <source>Packed models (*.safetensors)</source>
        <translation>打包模型 (*.safetensors)</translation>
    </message>
    <message>
        <source>Exported %1.</source>
        <translation>已导出 %1。</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>导出 %1</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Reports (*.html)</source>
        <translation>报告 (*.html)</translation>
    </message>
    <message>
        <source>Saved %1.</source>
        <translation>已保存 %1。</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1，方案 %2</translation>
    </message>
    <message>
        <source>The sample model</source>
        <translation>示例模型</translation>
    </message>
    <message>
        <source>it is not there any more</source>
        <translation>文件已不存在</translation>
    </message>
    <message>
        <source>it has not been downloaded: ./run.sh fetches it</source>
        <translation>尚未下载：运行 ./run.sh 即可获取</translation>
    </message>
    <message>
        <source>Export for another pro&amp;gram…</source>
        <translation>为其他程序导出(&amp;G)…</translation>
    </message>
    <message>
        <source>compressed-tensors, GPTQ, GGUF or plain safetensors, checked for what loads them.</source>
        <translation>compressed-tensors、GPTQ、GGUF 或普通 safetensors，并针对加载它们的程序进行检查。</translation>
    </message>
    <message>
        <source>Replace the folder?</source>
        <translation>替换该文件夹？</translation>
    </message>
    <message>
        <source>%1 is there already. An export of this program in it is replaced, anything else is left alone.</source>
        <translation>%1 已存在。其中由本程序导出的内容将被替换，其他内容保持不变。</translation>
    </message>
    <message>
        <source>Exported %1, %2, read back and compared.</source>
        <translation>已导出 %1，%2，已读回并比对。</translation>
    </message>
</context>
<context>
    <name>bitscape::Generation</name>
    <message>
        <source>Generate text with A and B</source>
        <translation>用 A 和 B 生成文本</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
</context>
<context>
    <name>bitscape::GenerationCompare</name>
    <message numerus="yes">
        <source>Both texts are equal in all %n token(s).</source>
        <translation>
            <numerusform>两段文本的全部 %n 个 token 均相同。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Equal so far in %n token(s).</source>
        <translation>
            <numerusform>目前 %n 个 token 均相同。</numerusform>
        </translation>
    </message>
    <message>
        <source>The first difference is at token %1; %2 % of %3 positions are equal.</source>
        <translation>首个差异位于 token %1；%3 个位置中有 %2% 相同。</translation>
    </message>
    <message>
        <source>Reading A&apos;s text, B would choose the same next token at %1 % of positions.</source>
        <translation>读取 A 的文本时，B 在 %1% 的位置会选择相同的下一个 token。</translation>
    </message>
</context>
<context>
    <name>bitscape::GenerationView</name>
    <message>
        <source>“%1” (id %2, probability %3 %)</source>
        <translation>“%1”（id %2，概率 %3%）</translation>
    </message>
    <message>
        <source>Open a model first.</source>
        <translation>请先打开模型。</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>量化</translation>
    </message>
    <message>
        <source>Text that both models continue</source>
        <translation>供两个模型续写的文本</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>How many tokens each model writes at most; an end-of-text token ends it earlier.</source>
        <translation>每个模型最多生成的 token 数；遇到文本结束 token 会提前结束。</translation>
    </message>
    <message>
        <source>greedy</source>
        <translation>贪心</translation>
    </message>
    <message>
        <source>Greedy takes the most probable token each time: the fairest comparison. Above that tokens are drawn, with the same random numbers for A and B.</source>
        <translation>贪心每次取概率最高的 token，比较最为公平。温度大于零时按概率采样，A 和 B 使用相同的随机数。</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>生成(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>提示词(&amp;P)</translation>
    </message>
    <message>
        <source>To&amp;kens</source>
        <translation>Token 数(&amp;K)</translation>
    </message>
    <message>
        <source>Te&amp;mperature</source>
        <translation>温度(&amp;M)</translation>
    </message>
    <message>
        <source>A: %1</source>
        <translation>A：%1</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B：%1</translation>
    </message>
    <message>
        <source>Text of A, %1</source>
        <translation>A 的文本，%1</translation>
    </message>
    <message>
        <source>Text of B, %1</source>
        <translation>B 的文本，%1</translation>
    </message>
    <message>
        <source>Write a prompt that both models continue.</source>
        <translation>请输入供两个模型续写的提示词。</translation>
    </message>
    <message>
        <source>Lets A and then B continue the prompt</source>
        <translation>让 A 和 B 依次续写提示词</translation>
    </message>
    <message>
        <source>Waiting for its turn …</source>
        <translation>正在排队…</translation>
    </message>
    <message>
        <source>The text appears here, token by token.</source>
        <translation>文本将在此处逐 token 显示。</translation>
    </message>
    <message>
        <source>Point at a token: its id and probability in A and in B.</source>
        <translation>指向某个 token，可查看它在 A 和 B 中的 id 与概率。</translation>
    </message>
    <message>
        <source>Token %1: A %2, B %3</source>
        <translation>Token %1：A %2，B %3</translation>
    </message>
    <message>
        <source>The model ended its text at once.</source>
        <translation>模型立即结束了文本。</translation>
    </message>
</context>
<context>
    <name>bitscape::HeadGrid</name>
    <message>
        <source>Attention heads</source>
        <translation>注意力头</translation>
    </message>
    <message>
        <source>Head %1</source>
        <translation>头 %1</translation>
    </message>
    <message>
        <source>first token %1</source>
        <translation>首 token %1</translation>
    </message>
    <message>
        <source>entropy %1</source>
        <translation>熵 %1</translation>
    </message>
    <message>
        <source>first token %1 → %2</source>
        <translation>首 token %1 → %2</translation>
    </message>
    <message>
        <source>entropy %1 → %2</source>
        <translation>熵 %1 → %2</translation>
    </message>
</context>
<context>
    <name>bitscape::HeatMap</name>
    <message>
        <source>row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>%1 \ %2 (each value is the largest by magnitude of %3 x %3 cells)</source>
        <translation>%1 \ %2（每个数值为 %3 x %3 个单元格中幅值最大者）</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>暂无内容。</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>热力图</translation>
    </message>
    <message>
        <source>Heat map of %1, %2</source>
        <translation>%1 的热力图，%2</translation>
    </message>
    <message>
        <source>Heat map of %1</source>
        <translation>%1 的热力图</translation>
    </message>
    <message>
        <source>value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>|value|</source>
        <translation>|数值|</translation>
    </message>
    <message>
        <source>%1 %2 “%3”</source>
        <comment>axis, index, token</comment>
        <translation>%1 %2 “%3”</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>axis, index</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>masked: it lies in the future</source>
        <translation>已掩码：位于未来</translation>
    </message>
    <message>
        <source>value %1</source>
        <translation>数值 %1</translation>
    </message>
    <message>
        <source>%1 % of the largest</source>
        <translation>为最大值的 %1%</translation>
    </message>
    <message>
        <source>|value| above %1 % of all</source>
        <translation>|数值| 高于全部的 %1%</translation>
    </message>
    <message>
        <source>%1 %2: its value of largest magnitude is %3</source>
        <comment>axis, index, value</comment>
        <translation>%1 %2：其幅值最大的数值为 %3</translation>
    </message>
    <message>
        <source>Drag an end of the bar to change the range (Ctrl+Up, Ctrl+Down); double click it (Ctrl+Home) for the range of the data.</source>
        <translation>拖动色标一端可更改范围（Ctrl+↑、Ctrl+↓）；双击（Ctrl+Home）恢复为数据的范围。</translation>
    </message>
    <message>
        <source>Cyan: values beyond the range.</source>
        <translation>青色：超出范围的数值。</translation>
    </message>
    <message>
        <source>The largest magnitude of each column, over all rows: an outlier channel is seen here at any zoom. A click selects the column.</source>
        <translation>每列在所有行上的最大幅值：在任何缩放级别都能看到离群通道。单击选中该列。</translation>
    </message>
    <message>
        <source>The largest magnitude of each row, over all columns: a token with massive values is seen here at any zoom. A click selects the row.</source>
        <translation>每行在所有列上的最大幅值：在任何缩放级别都能看到含巨量值的 token。单击选中该行。</translation>
    </message>
    <message>
        <source>A massive outlier: far above all else in its block. A grid of few codes that covers it leaves little for the rest.</source>
        <translation>巨量离群值：远高于所在块中的其他数值。用少量量化码覆盖它，留给其余数值的便所剩无几。</translation>
    </message>
    <message>
        <source>%1 × %2, largest |value| %3. Wheel zooms, Space+drag pans, double click zooms to a cell, Home fits.</source>
        <translation>%1 × %2，最大 |数值| %3。滚轮缩放，空格+拖动平移，双击放大到单元格，Home 适应窗口。</translation>
    </message>
</context>
<context>
    <name>bitscape::HeatPair</name>
    <message>
        <source>A: %1</source>
        <translation>A：%1</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B：%1</translation>
    </message>
    <message>
        <source>Difference: %1 minus %2</source>
        <translation>差值：%1 减 %2</translation>
    </message>
    <message>
        <source>Difference: B minus A</source>
        <translation>差值：B 减 A</translation>
    </message>
    <message>
        <source>Computing the difference …</source>
        <translation>正在计算差值…</translation>
    </message>
    <message>
        <source>A has %1 × %2 values, B has %3 × %4: there is no difference to show.</source>
        <translation>A 有 %1 × %2 个数值，B 有 %3 × %4 个：没有差值可显示。</translation>
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
        <translation>提示</translation>
    </message>
    <message>
        <source>Three things to begin with</source>
        <translation>入门三件事</translation>
    </message>
    <message>
        <source>Every cell of the overview is one linear layer. Click one that stands out: all pages follow the selection.</source>
        <translation>概览中每个单元格是一个线性层。单击突出的单元格：所有页面都会跟随选择。</translation>
    </message>
    <message>
        <source>Each page shows A (the model as it is), B (as the recipe quantizes it), or their difference.</source>
        <translation>每个页面显示 A（原始模型）、B（按配方量化后的模型）或两者的差值。</translation>
    </message>
    <message>
        <source>Right-click any picture to copy it or to save it with its numbers. Ctrl+Z undoes every change of the recipe.</source>
        <translation>右键单击任意图可复制，或连同数值一起保存。Ctrl+Z 可撤销对配方的任何更改。</translation>
    </message>
    <message>
        <source>Got it</source>
        <translation>知道了</translation>
    </message>
    <message>
        <source>Close this card for ever (Esc)</source>
        <translation>永久关闭此卡片（Esc）</translation>
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
        <translation>没有正在运行的任务。</translation>
    </message>
    <message>
        <source>Clear ended</source>
        <translation>清除已结束</translation>
    </message>
    <message>
        <source>Remove the jobs that have ended from this list</source>
        <translation>从列表中移除已结束的任务</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
</context>
<context>
    <name>bitscape::JobRow</name>
    <message>
        <source>waiting, %1 of %2</source>
        <translation>等待中，第 %1/%2 位</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>paused at %1 %</source>
        <translation>已暂停于 %1%</translation>
    </message>
    <message>
        <source>held back</source>
        <translation>暂缓</translation>
    </message>
    <message>
        <source>cancelling…</source>
        <translation>正在取消…</translation>
    </message>
    <message>
        <source>done in %1</source>
        <translation>已完成，用时 %1</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>✕ failed</source>
        <translation>✕ 失败</translation>
    </message>
    <message>
        <source>needs %1</source>
        <translation>需要 %1</translation>
    </message>
    <message>
        <source>Memory beyond what the program holds now, and the time at the speed measured here so far. &quot;Perhaps&quot; means that no speed is known yet.</source>
        <translation>除程序当前占用之外所需的内存，以及按目前在本机测得的速度估计的时间。“可能”表示速度尚未知。</translation>
    </message>
    <message>
        <source>Progress of %1</source>
        <translation>%1 的进度</translation>
    </message>
    <message>
        <source>Started at %1</source>
        <translation>开始于 %1</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1。%2</translation>
    </message>
    <message>
        <source>%1, %3. %2</source>
        <translation>%1，%3。%2</translation>
    </message>
    <message>
        <source>Run %1 earlier (Alt+Up; Alt+Home: first)</source>
        <translation>提前运行 %1（Alt+↑；Alt+Home：移到最前）</translation>
    </message>
    <message>
        <source>Run %1 later (Alt+Down)</source>
        <translation>推后运行 %1（Alt+↓）</translation>
    </message>
    <message>
        <source>Go on with %1 (Space)</source>
        <translation>继续 %1（空格）</translation>
    </message>
    <message>
        <source>Pause %1 (Space): it keeps what it has computed and lets the next job run</source>
        <translation>暂停 %1（空格）：保留已计算的结果，并让下一个任务运行</translation>
    </message>
    <message>
        <source>Remove %1 from the list (Delete)</source>
        <translation>从列表中移除 %1（Delete）</translation>
    </message>
    <message>
        <source>Cancel %1 (Delete)</source>
        <translation>取消 %1（Delete）</translation>
    </message>
</context>
<context>
    <name>bitscape::Jobs</name>
    <message>
        <source>%1 memory, %2 disk, about %3</source>
        <translation>%1 内存，%2 磁盘，约 %3</translation>
    </message>
    <message>
        <source>%1 memory, %2 disk, perhaps %3</source>
        <translation>%1 内存，%2 磁盘，可能 %3</translation>
    </message>
    <message>
        <source>%1, about %2</source>
        <translation>%1，约 %2</translation>
    </message>
    <message>
        <source>%1, perhaps %2</source>
        <translation>%1，可能 %2</translation>
    </message>
    <message>
        <source>Out of memory: close other programs, or choose fewer windows or a shorter prompt.</source>
        <translation>内存不足：请关闭其他程序，或减少窗口数、缩短提示词。</translation>
    </message>
</context>
<context>
    <name>bitscape::LineChart</name>
    <message>
        <source>Nothing to show yet.</source>
        <translation>暂无内容。</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>Chart: %1</source>
        <translation>图表：%1</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>axis and value: block 7</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1: %2 ± %3</source>
        <translation>%1：%2 ± %3</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>bitscape::LinearErrors</name>
    <message>
        <source>Error of each linear at %1</source>
        <translation>%1 下各线性层的误差</translation>
    </message>
</context>
<context>
    <name>bitscape::LookBar</name>
    <message>
        <source>linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Logarithmic shows small values too; linear shows their true proportions</source>
        <translation>对数还能显示小数值；线性显示真实比例</translation>
    </message>
    <message>
        <source>Viridis, Inferno and Cividis show magnitudes; the last shows signs. Cividis looks alike with colour blindness</source>
        <translation>Viridis、Inferno 和 Cividis 显示幅值；最后一种显示正负号。色觉障碍者看到的 Cividis 也基本相同</translation>
    </message>
    <message>
        <source>Fix &amp;range</source>
        <translation>固定范围(&amp;R)</translation>
    </message>
    <message>
        <source>Keeps the colours comparable while you move through the model</source>
        <translation>在模型中切换位置时保持颜色可比</translation>
    </message>
    <message>
        <source>Lowest value of the colours</source>
        <translation>颜色的最低值</translation>
    </message>
    <message>
        <source>Highest value of the colours</source>
        <translation>颜色的最高值</translation>
    </message>
    <message>
        <source>S&amp;cale</source>
        <translation>刻度(&amp;C)</translation>
    </message>
    <message>
        <source>C&amp;olours</source>
        <translation>配色(&amp;O)</translation>
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
        <translation>模型</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>As opened</source>
        <translation>打开时的状态</translation>
    </message>
    <message>
        <source>History of the recipe&apos;s edits</source>
        <translation>配方的编辑历史</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Keys and mouse</source>
        <translation>按键与鼠标(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;About Bitscape</source>
        <translation>关于 Bitscape(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Notices</source>
        <translation>声明(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>The language changes when Bitscape is started again.</source>
        <translation>语言将在重新启动 Bitscape 后更改。</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>全屏(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>重置布局(&amp;R)</translation>
    </message>
    <message>
        <source>Text to evaluate on</source>
        <translation>评测所用文本</translation>
    </message>
    <message>
        <source>Texts (*.txt *.md);;All files (*)</source>
        <translation>文本 (*.txt *.md);;所有文件 (*)</translation>
    </message>
    <message>
        <source>%1[*] – %2 – Bitscape</source>
        <translation>%1[*] – %2 – Bitscape</translation>
    </message>
    <message>
        <source>%1   ·   block %2, %3   ·   recipe %4: %5 bits per weight, %6 in all</source>
        <translation>%1   ·   第 %2 块，%3   ·   配方 %4：每权重 %5 比特，共 %6</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Stack</source>
        <translation>步骤栈</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>比特</translation>
    </message>
    <message>
        <source>Text to calibrate on</source>
        <translation>用于校准的文本</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
</context>
<context>
    <name>bitscape::MatrixView</name>
    <message>
        <source>block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>暂无内容。</translation>
    </message>
    <message>
        <source>Matrix of linears</source>
        <translation>线性层矩阵</translation>
    </message>
    <message>
        <source>Matrix of linears: %1</source>
        <translation>线性层矩阵：%1</translation>
    </message>
    <message>
        <source>block %1, %2</source>
        <translation>第 %1 块，%2</translation>
    </message>
    <message>
        <source>%1: not computed yet</source>
        <translation>%1：尚未计算</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>rank %1 of %2</source>
        <translation>排名 %1/%2</translation>
    </message>
</context>
<context>
    <name>bitscape::MessageBar</name>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Close this message (Esc)</source>
        <translation>关闭此消息（Esc）</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>bitscape::MessageLog</name>
    <message>
        <source>Information</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>C&amp;lear the log</source>
        <translation>清空日志(&amp;L)</translation>
    </message>
    <message>
        <source>Nothing to report.</source>
        <translation>暂无消息。</translation>
    </message>
</context>
<context>
    <name>bitscape::ModelPanel</name>
    <message>
        <source>Filter: down, block 7</source>
        <translation>筛选：down、块 7</translation>
    </message>
    <message>
        <source>Filter of the model tree</source>
        <translation>模型树筛选</translation>
    </message>
    <message>
        <source>Model tree</source>
        <translation>模型树</translation>
    </message>
</context>
<context>
    <name>bitscape::ModelTree</name>
    <message>
        <source>block %1</source>
        <translation>块 %1</translation>
    </message>
    <message>
        <source>%1 outputs × %2 inputs</source>
        <translation>%1 输出 × %2 输入</translation>
    </message>
    <message>
        <source>Not computed yet.</source>
        <translation>尚未计算。</translation>
    </message>
    <message>
        <source>%1 bytes</source>
        <translation>%1 字节</translation>
    </message>
    <message>
        <source>(the worst below)</source>
        <translation>（其下最差者）</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>比特</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Max |x|</source>
        <translation>最大 |x|</translation>
    </message>
    <message>
        <source>Kurtosis</source>
        <translation>峰度</translation>
    </message>
    <message>
        <source>SQNR</source>
        <translation>SQNR</translation>
    </message>
    <message>
        <source>Model, block, linear</source>
        <translation>模型、块、线性层</translation>
    </message>
    <message>
        <source>Outputs × inputs</source>
        <translation>输出 × 输入</translation>
    </message>
    <message>
        <source>Stored bits per weight at the current plan, scales and zero points included; float counts 16</source>
        <translation>当前方案下每权重的存储比特数，含缩放因子和零点；浮点计为 16</translation>
    </message>
    <message>
        <source>Stored size at the current plan</source>
        <translation>当前方案下的存储大小</translation>
    </message>
    <message>
        <source>Largest magnitude of the linear&apos;s input: a range that covers it leaves few codes for the rest</source>
        <translation>线性层输入的最大幅值：覆盖它的范围会使其余数值只剩很少的量化码</translation>
    </message>
    <message>
        <source>How heavy the tails of the input are: 3 is a normal distribution, above 100 outliers dominate</source>
        <translation>输入分布尾部的厚重程度：3 为正态分布，超过 100 则由离群值主导</translation>
    </message>
    <message>
        <source>Signal to quantization noise of the output in dB: above 30 is good, below 15 hurts</source>
        <translation>输出的信号与量化噪声之比，单位 dB：高于 30 为好，低于 15 有损害</translation>
    </message>
</context>
<context>
    <name>bitscape::OverviewPanel</name>
    <message>
        <source>Open a model to see where it resists quantization.</source>
        <translation>打开模型，查看它在何处难以量化。</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>What colours the cells below</source>
        <translation>下方单元格按何种指标着色</translation>
    </message>
    <message>
        <source>&amp;Colour by</source>
        <translation>着色依据(&amp;C)</translation>
    </message>
    <message>
        <source>KL added by each linear alone</source>
        <translation>各线性层单独引入的 KL</translation>
    </message>
    <message>
        <source>Quantizes one linear after the other, the selected block first, and compares the predictions with the float model&apos;s. Heavy: it runs as a job that can be paused and cancelled.</source>
        <translation>逐个量化线性层（先从所选块开始），并将预测与浮点模型比较。计算量大：作为任务运行，可暂停和取消。</translation>
    </message>
    <message>
        <source>Charts by block</source>
        <translation>逐块图表</translation>
    </message>
    <message>
        <source>Residual stream</source>
        <translation>残差流</translation>
    </message>
    <message>
        <source>Massive outliers, and how much each block changes its input</source>
        <translation>巨量离群值，以及各块对其输入的改变程度</translation>
    </message>
    <message>
        <source>KL of each component alone</source>
        <translation>各组件单独的 KL</translation>
    </message>
    <message>
        <source>Quantizes only q in every block, then only k, and so on, and compares the predictions with the float model&apos;s. Runs as a job that can be paused and cancelled.</source>
        <translation>在所有块中先只量化 q，再只量化 k，依此类推，并将预测与浮点模型比较。作为任务运行，可暂停和取消。</translation>
    </message>
    <message>
        <source>Effect of the recipe</source>
        <translation>配方的影响</translation>
    </message>
    <message>
        <source>Components quantized alone, and the error from block to block</source>
        <translation>单独量化各组件的影响，以及误差的逐块变化</translation>
    </message>
    <message>
        <source>Measure to see which component costs most when it alone is quantized.</source>
        <translation>点击“测量”，查看单独量化时哪个组件代价最大。</translation>
    </message>
    <message>
        <source>Press Measure: the KL that each linear adds alone appears here, the selected block first.</source>
        <translation>请点击“测量”：各线性层单独引入的 KL 会显示在此处，从所选块开始。</translation>
    </message>
    <message>
        <source>Choose bits in the recipe: the error of each linear appears here.</source>
        <translation>请在配方中选择位宽：各线性层的误差会显示在此处。</translation>
    </message>
    <message>
        <source>this measure is about the recipe, which has one side.</source>
        <translation>此指标针对配方，只有一侧。</translation>
    </message>
    <message>
        <source>%1: %2     %3: %4</source>
        <translation>%1：%2     %3：%4</translation>
    </message>
    <message>
        <source>No massive outliers so far.</source>
        <translation>目前没有巨量离群值。</translation>
    </message>
    <message>
        <source>residual stream</source>
        <translation>残差流</translation>
    </message>
    <message>
        <source>input of %1</source>
        <translation>%1 的输入</translation>
    </message>
    <message>
        <source>One massive outlier: %1 in block %2 (%3) at token %4, channel %5.</source>
        <translation>1 个巨量离群值：%1，位于第 %2 块（%3）的 token %4、通道 %5。</translation>
    </message>
    <message numerus="yes">
        <source>%n massive outliers, the largest %1 in block %2 (%3) at token %4, channel %5.</source>
        <translation>
            <numerusform>%n 个巨量离群值，最大值 %1 位于第 %2 块（%3）的 token %4、通道 %5。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bitscape::OverviewPresenter</name>
    <message>
        <source>Open a model to see where it resists quantization: Ctrl+O, or drop a file here.</source>
        <translation>打开模型，查看它在何处难以量化：按 Ctrl+O，或将文件拖放到此处。</translation>
    </message>
    <message>
        <source>Reading the prompt, block by block …</source>
        <translation>正在逐块读取提示词…</translation>
    </message>
    <message>
        <source>Reading the prompt with %1, block by block …</source>
        <translation>正在以 %1 逐块读取提示词…</translation>
    </message>
    <message>
        <source>Running the model as %1, block by block …</source>
        <translation>正在以 %1 逐块运行模型…</translation>
    </message>
    <message>
        <source>The recipe quantizes nothing: there is no error.</source>
        <translation>配方未量化任何内容：没有误差。</translation>
    </message>
    <message>
        <source>the models have %1 and %2 blocks.</source>
        <translation>两个模型分别有 %1 和 %2 个块。</translation>
    </message>
    <message>
        <source>measuring: %1 of %2 linears</source>
        <translation>正在测量：%1/%2 个线性层</translation>
    </message>
    <message>
        <source>measuring all components together</source>
        <translation>正在同时测量所有组件</translation>
    </message>
    <message>
        <source>measured on %1 tokens of the bundled text</source>
        <translation>在附带文本的 %1 个 token 上测得</translation>
    </message>
    <message>
        <source>takes %1, as last time</source>
        <translation>需 %1，与上次相同</translation>
    </message>
    <message>
        <source>takes roughly %1</source>
        <translation>约需 %1</translation>
    </message>
    <message>
        <source>partial, %1 of %2; all: %3</source>
        <translation>部分完成，%1/%2；全部：%3</translation>
    </message>
    <message>
        <source>Pushing the statistics through the stack, block by block …</source>
        <translation>正在逐块把统计量经过步骤栈……</translation>
    </message>
    <message>
        <source>The error from block to block needs the blocks to run: switch “propagate” on in the stack.</source>
        <translation>逐块误差需要运行各块：请在步骤栈中打开“传播”。</translation>
    </message>
    <message>
        <source>B is not up to date: %1</source>
        <translation>B 不是最新的：%1</translation>
    </message>
</context>
<context>
    <name>bitscape::ParamField</name>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>%1 to %2, default %3</source>
        <translation>%1 到 %2，默认 %3</translation>
    </message>
    <message>
        <source>default %1</source>
        <translation>默认 %1</translation>
    </message>
    <message>
        <source>default on</source>
        <translation>默认开</translation>
    </message>
    <message>
        <source>default off</source>
        <translation>默认关</translation>
    </message>
</context>
<context>
    <name>bitscape::ParetoChart</name>
    <message>
        <source>uniform plan</source>
        <translation>统一方案</translation>
    </message>
    <message>
        <source>plan A</source>
        <translation>方案 A</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>this plan</source>
        <translation>此方案</translation>
    </message>
    <message>
        <source>Predicted error against bits per weight</source>
        <translation>预测误差与每权重位数</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>每权重 %1 位</translation>
    </message>
    <message>
        <source>Budget: %1 bits per weight</source>
        <translation>预算：每权重 %1 位</translation>
    </message>
    <message>
        <source>the solver&apos;s plan: %1 (%2)</source>
        <translation>求解器的方案：%1（%2）</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>每权重位数</translation>
    </message>
    <message>
        <source>budget %1</source>
        <translation>预算 %1</translation>
    </message>
    <message>
        <source>solver</source>
        <translation>求解器</translation>
    </message>
    <message>
        <source>uniform</source>
        <translation>统一</translation>
    </message>
</context>
<context>
    <name>bitscape::PlanForm</name>
    <message>
        <source>I&amp;nputs</source>
        <translation>输入(&amp;N)</translation>
    </message>
    <message>
        <source>Bits of the linears&apos; inputs, rounded per token while the model runs.</source>
        <translation>线性层输入的位数，模型运行时按词元舍入。</translation>
    </message>
    <message>
        <source>Q&amp;ueries, keys, values</source>
        <translation>查询、键、值(&amp;U)</translation>
    </message>
    <message>
        <source>Bits in the attention and of the cache of keys and values.</source>
        <translation>注意力中以及键值缓存的位数。</translation>
    </message>
    <message>
        <source>Em&amp;bedding</source>
        <translation>嵌入(&amp;B)</translation>
    </message>
    <message>
        <source>Bits of the embedding&apos;s weights. They count in the size of the whole model.</source>
        <translation>嵌入权重的位数，计入整个模型的大小。</translation>
    </message>
    <message>
        <source>He&amp;ad</source>
        <translation>输出头(&amp;A)</translation>
    </message>
    <message>
        <source>Bits of the weights of lm_head.</source>
        <translation>lm_head 权重的位数。</translation>
    </message>
    <message>
        <source>inputs: %1</source>
        <translation>输入：%1</translation>
    </message>
    <message>
        <source>queries, keys and values: %1</source>
        <translation>查询、键和值：%1</translation>
    </message>
    <message>
        <source>embedding: %1</source>
        <translation>嵌入：%1</translation>
    </message>
    <message>
        <source>head: %1</source>
        <translation>输出头：%1</translation>
    </message>
    <message>
        <source>This model&apos;s head is its embedding: both have the same bits.</source>
        <translation>此模型的输出头就是其嵌入：两者位数相同。</translation>
    </message>
</context>
<context>
    <name>bitscape::RecipePanel</name>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>1 bit</source>
        <translation>1 比特</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 比特</translation>
    </message>
    <message>
        <source>output channel</source>
        <translation>输出通道</translation>
    </message>
    <message>
        <source>group of %1</source>
        <translation>每组 %1</translation>
    </message>
    <message>
        <source>Bits per weight count codes, scales and zero points of the blocks&apos; linears. The size adds embedding, head and norms.</source>
        <translation>每权重比特数计入各块线性层的量化码、缩放因子和零点。大小还包括嵌入、输出头和归一化层。</translation>
    </message>
    <message>
        <source>All linears</source>
        <translation>全部线性层</translation>
    </message>
    <message>
        <source>&amp;Weights</source>
        <translation>权重(&amp;W)</translation>
    </message>
    <message>
        <source>Bits of the weights</source>
        <translation>权重的比特数</translation>
    </message>
    <message>
        <source>Bits of a stored weight. 8 is nearly free, 4 needs care, 2 needs a method that helps.</source>
        <translation>存储权重的比特数。8 几乎无损，4 需要谨慎，2 需要借助合适的方法。</translation>
    </message>
    <message>
        <source>&amp;Inputs</source>
        <translation>输入(&amp;I)</translation>
    </message>
    <message>
        <source>Bits of the inputs</source>
        <translation>输入的比特数</translation>
    </message>
    <message>
        <source>Bits of an activation, rounded per token while the model runs. Outliers make 4 hard.</source>
        <translation>激活的比特数，在模型运行时逐 token 舍入。离群值使 4 比特变得困难。</translation>
    </message>
    <message>
        <source>How many weights share a scale. Smaller groups are more exact and cost 16 bits each.</source>
        <translation>多少个权重共用一个缩放因子。组越小越精确，每组另需 16 比特。</translation>
    </message>
    <message>
        <source>Scale &amp;per</source>
        <translation>缩放粒度(&amp;P)</translation>
    </message>
    <message>
        <source>Clip ratio</source>
        <translation>裁剪比例</translation>
    </message>
    <message>
        <source>Shrinks the range that the codes cover: large weights are cut off, all others get finer steps. 1.00 clips nothing.</source>
        <translation>缩小量化码覆盖的范围：大的权重被截断，其余权重的步长更细。1.00 表示不裁剪。</translation>
    </message>
    <message>
        <source>&amp;Clip</source>
        <translation>裁剪(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Symmetric weights</source>
        <translation>对称权重(&amp;S)</translation>
    </message>
    <message>
        <source>The grid is centred on zero and needs no zero point: faster, a little less exact.</source>
        <translation>量化网格以零为中心，无需零点：更快，精度略低。</translation>
    </message>
    <message>
        <source>&amp;Balanced 2 bits (five levels)</source>
        <translation>平衡 2 比特（五个电平）(&amp;B)</translation>
    </message>
    <message>
        <source>ABQ-LLM&apos;s bit balance: the levels -2, -1, 0, 1, 2 instead of four.</source>
        <translation>ABQ-LLM 的比特平衡：使用 -2、-1、0、1、2 五个电平，而非四个。</translation>
    </message>
    <message>
        <source>Selected linear</source>
        <translation>所选线性层</translation>
    </message>
    <message>
        <source>Weigh&amp;ts</source>
        <translation>权重(&amp;T)</translation>
    </message>
    <message>
        <source>Bits of the selected linear&apos;s weights</source>
        <translation>所选线性层权重的比特数</translation>
    </message>
    <message>
        <source>Bits of this linear alone (keys 1 to 8; 0: as all).</source>
        <translation>仅此线性层的比特数（按键 1 至 8；0：跟随全局）。</translation>
    </message>
    <message>
        <source>As &amp;all</source>
        <translation>跟随全局(&amp;A)</translation>
    </message>
    <message>
        <source>Takes this linear&apos;s own bits away (0).</source>
        <translation>移除此线性层的单独设置（0）。</translation>
    </message>
    <message>
        <source>Every linear gets the bits of all again. Undo brings them back.</source>
        <translation>所有线性层恢复为全局位宽。可通过撤销找回。</translation>
    </message>
    <message>
        <source>no exceptions</source>
        <translation>无例外</translation>
    </message>
    <message>
        <source>bits %1</source>
        <translation>位宽 %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>as all</source>
        <translation>跟随全局</translation>
    </message>
    <message>
        <source>%1 bits per weight · %2 in all</source>
        <translation>每权重 %1 比特 · 共 %2</translation>
    </message>
    <message>
        <source>Linears with bits of their own: %1</source>
        <translation>使用单独位宽的线性层：%1</translation>
    </message>
    <message>
        <source>Open a model to edit its recipe.</source>
        <translation>打开模型以编辑其配方。</translation>
    </message>
    <message>
        <source>%1: its own bits</source>
        <translation>%1：单独位宽</translation>
    </message>
    <message>
        <source>%1: as all</source>
        <translation>%1：跟随全局</translation>
    </message>
    <message>
        <source>Clear e&amp;xceptions (%1)</source>
        <translation>清除例外（%1）(&amp;X)</translation>
    </message>
    <message>
        <source>&amp;Q, K, V</source>
        <translation>&amp;Q、K、V</translation>
    </message>
    <message>
        <source>Bits of queries, keys and values</source>
        <translation>查询、键和值的比特数</translation>
    </message>
    <message>
        <source>Bits of the queries, keys and values in the attention, rounded per token and head: what the cache holds.</source>
        <translation>注意力中查询、键和值的比特数，按词元和头取整：即缓存所存。</translation>
    </message>
    <message>
        <source>queries, keys and values: %1</source>
        <translation>查询、键和值：%1</translation>
    </message>
</context>
<context>
    <name>bitscape::RoundingBox</name>
    <message>
        <source>Rounding</source>
        <translation>取整</translation>
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
        <translation>A：%1</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B：%1</translation>
    </message>
    <message>
        <source>Perplexity, B − A</source>
        <translation>困惑度，B − A</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>Below zero B is better. Bars are the combined standard error; over the same windows it is a careful bound.</source>
        <translation>低于零表示 B 更好。误差棒为合成标准误；对相同窗口而言是保守的上界。</translation>
    </message>
    <message>
        <source>Lower is better; bars are one standard error from the spread between windows. Compare runs at the same number of windows.</source>
        <translation>越低越好；误差棒为由窗口间离散程度得出的一个标准误。请在相同窗口数下比较各次运行。</translation>
    </message>
    <message>
        <source>float model</source>
        <translation>浮点模型</translation>
    </message>
    <message>
        <source>KL divergence, B − A</source>
        <translation>KL 散度，B − A</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL 散度</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>Below zero B stays closer to the float model. Bars are the combined standard error.</source>
        <translation>低于零表示 B 更接近浮点模型。误差棒为合成标准误。</translation>
    </message>
    <message>
        <source>From the float model, mean over positions: 0 is identical, below 0.05 is hardly noticed, above 0.5 hurts. Bars are one standard error.</source>
        <translation>相对浮点模型，对各位置取均值：0 为完全相同，低于 0.05 几乎无感，高于 0.5 有损害。误差棒为一个标准误。</translation>
    </message>
    <message>
        <source>Error per block, B − A</source>
        <translation>逐块误差，B − A</translation>
    </message>
    <message>
        <source>Error from block to block</source>
        <translation>误差逐块变化</translation>
    </message>
    <message>
        <source>block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>SQNR (dB)</source>
        <translation>SQNR (dB)</translation>
    </message>
    <message>
        <source>Above zero B is closer to the float model after that block.</source>
        <translation>高于零表示该块之后 B 更接近浮点模型。</translation>
    </message>
    <message>
        <source>Signal to error of the residual stream after each block, every block before it quantized: higher is better, below 10 dB is poor. A step down names the block that hurts.</source>
        <translation>每块之后残差流的信号误差比，其前所有块均已量化：越高越好，低于 10 dB 为差。陡降处即为造成损害的块。</translation>
    </message>
</context>
<context>
    <name>bitscape::RunCompare</name>
    <message>
        <source>B is better; how sure that is, one window cannot tell</source>
        <translation>B 更好；但仅一个窗口无法判断可信度</translation>
    </message>
    <message>
        <source>B is worse; how sure that is, one window cannot tell</source>
        <translation>B 更差；但仅一个窗口无法判断可信度</translation>
    </message>
    <message>
        <source>no difference beyond the error (%1 standard errors)</source>
        <translation>差异未超出误差（%1 个标准误）</translation>
    </message>
    <message>
        <source>B may be better: %1 standard errors</source>
        <translation>B 或许更好：%1 个标准误</translation>
    </message>
    <message>
        <source>B may be worse: %1 standard errors</source>
        <translation>B 或许更差：%1 个标准误</translation>
    </message>
    <message>
        <source>B is probably better: %1 standard errors</source>
        <translation>B 很可能更好：%1 个标准误</translation>
    </message>
    <message>
        <source>B is probably worse: %1 standard errors</source>
        <translation>B 很可能更差：%1 个标准误</translation>
    </message>
    <message>
        <source>B is clearly better: %1 standard errors</source>
        <translation>B 明显更好：%1 个标准误</translation>
    </message>
    <message>
        <source>B is clearly worse: %1 standard errors</source>
        <translation>B 明显更差：%1 个标准误</translation>
    </message>
    <message>
        <source>both are equal</source>
        <translation>两者相同</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>%1 (%2 %)</source>
        <comment>a difference and the same in percent</comment>
        <translation>%1（%2%）</translation>
    </message>
    <message>
        <source>%1 % against the float model&apos;s %2</source>
        <translation>相对浮点模型的 %2 变化 %1%</translation>
    </message>
    <message>
        <source>KL divergence</source>
        <translation>KL 散度</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nats</translation>
    </message>
    <message>
        <source>%1 beside the float model</source>
        <translation>与浮点模型相比%1</translation>
    </message>
    <message>
        <source>Top-1 agreement</source>
        <translation>Top-1 一致率</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>%1 % of the predicted tokens change</source>
        <translation>%1% 的预测 token 发生变化</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>每权重比特数</translation>
    </message>
    <message>
        <source>B is %1 % smaller</source>
        <translation>B 小 %1%</translation>
    </message>
    <message>
        <source>B is %1 % larger</source>
        <translation>B 大 %1%</translation>
    </message>
    <message>
        <source>Time of the run</source>
        <translation>运行时间</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>%1 tokens/s in A, %2 tokens/s in B</source>
        <translation>A 为 %1 token/s，B 为 %2 token/s</translation>
    </message>
    <message>
        <source>A and B read different texts: their numbers do not compare.</source>
        <translation>A 和 B 读取的文本不同：数值不可比。</translation>
    </message>
    <message>
        <source>The windows hold %1 tokens in A and %2 in B: longer windows give lower perplexities.</source>
        <translation>A 的窗口含 %1 个 token，B 为 %2 个：窗口越长，困惑度越低。</translation>
    </message>
    <message>
        <source>A has seen %1 windows and B %2: compare where both curves reach.</source>
        <translation>A 已读取 %1 个窗口，B 为 %2 个：请在两条曲线都到达的位置比较。</translation>
    </message>
    <message>
        <source>Decode</source>
        <translation>解码</translation>
    </message>
    <message>
        <source>tokens/s</source>
        <translation>词元/秒</translation>
    </message>
    <message>
        <source>%1 % of what memory allows</source>
        <translation>内存所允许的 %1 %</translation>
    </message>
    <message>
        <source>B is %1 times as fast</source>
        <translation>B 的速度是 A 的 %1 倍</translation>
    </message>
    <message>
        <source>B is %1 times as fast, %2</source>
        <comment>%2: 62 % of what memory allows</comment>
        <translation>B 的速度是 A 的 %1 倍，%2</translation>
    </message>
</context>
<context>
    <name>bitscape::RunForm</name>
    <message>
        <source>Open a model first.</source>
        <translation>请先打开模型。</translation>
    </message>
    <message>
        <source>What is evaluated. The Recipe dock changes it.</source>
        <translation>评测的对象。可在“配方”面板中更改。</translation>
    </message>
    <message>
        <source>a UTF-8 text file</source>
        <translation>UTF-8 文本文件</translation>
    </message>
    <message>
        <source>C&amp;hoose…</source>
        <translation>选择(&amp;H)…</translation>
    </message>
    <message>
        <source>Choose the text that the evaluation reads</source>
        <translation>选择评测读取的文本</translation>
    </message>
    <message>
        <source>The first N windows of the text. Four times as many halve the standard error.</source>
        <translation>文本的前 N 个窗口。数量增至四倍，标准误减半。</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个 token</translation>
    </message>
    <message>
        <source>Tokens in a window. Published perplexities use 2048.</source>
        <translation>每个窗口的 token 数。公开发表的困惑度使用 2048。</translation>
    </message>
    <message>
        <source>Tokens in a window</source>
        <translation>每个窗口的 token 数</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>Cance&amp;l</source>
        <translation>取消(&amp;L)</translation>
    </message>
    <message>
        <source>Stops the run that goes on; what it found so far stays in the table.</source>
        <translation>停止当前运行；已得到的结果保留在表中。</translation>
    </message>
    <message>
        <source>&amp;Backend</source>
        <translation>后端(&amp;B)</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>&amp;Text</source>
        <translation>文本(&amp;T)</translation>
    </message>
    <message>
        <source>Wi&amp;ndows</source>
        <translation>窗口(&amp;N)</translation>
    </message>
    <message>
        <source>Choose a text file to run on.</source>
        <translation>请选择评测所用的文本文件。</translation>
    </message>
    <message>
        <source>Evaluates the recipe and adds a row to the table</source>
        <translation>评测配方，并在表中添加一行</translation>
    </message>
    <message>
        <source>What multiplies: fake quantization shows the error in floating point; the others multiply the packed integer codes, the reference exactly and slowly.</source>
        <translation>用什么相乘：伪量化以浮点显示误差；其他后端相乘打包的整数码，参考后端精确而缓慢。</translation>
    </message>
</context>
<context>
    <name>bitscape::RunText</name>
    <message>
        <source>Compared</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>#</source>
        <translation>#</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>KL mean</source>
        <translation>KL 均值</translation>
    </message>
    <message>
        <source>KL median</source>
        <translation>KL 中位数</translation>
    </message>
    <message>
        <source>KL 99 %</source>
        <translation>KL 99%</translation>
    </message>
    <message>
        <source>Top-1</source>
        <translation>Top-1</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>比特</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Backend</source>
        <translation>后端</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Token/s</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>The two runs that the charts compare. A click on a row makes it A; Ctrl+click, or a click in this column, makes it B.</source>
        <translation>图表所比较的两次运行。单击某行设为 A；Ctrl+单击，或单击此列，设为 B。</translation>
    </message>
    <message>
        <source>Number of the run within this study.</source>
        <translation>此研究中的运行编号。</translation>
    </message>
    <message>
        <source>w: bits of weights, a: bits of inputs, g: weights per scale, s: symmetric; 16 is float. A double click takes the run&apos;s recipe back.</source>
        <translation>w：权重比特数，a：输入比特数，g：每个缩放因子的权重数，s：对称；16 为浮点。双击可恢复该运行的配方。</translation>
    </message>
    <message>
        <source>exp of the mean negative log-likelihood per token. Lower is better; the float model is the reference. ± is one standard error, from the spread between windows.</source>
        <translation>每 token 平均负对数似然取指数（exp）。越低越好；以浮点模型为参考。± 为一个标准误，由窗口间的离散程度得出。</translation>
    </message>
    <message>
        <source>KL(float || quantized) in nats, mean over positions: 0 is identical, below 0.05 is hardly noticed, above 0.5 hurts. ± is one standard error.</source>
        <translation>KL(float || quantized)，单位 nats，对各位置取均值：0 为完全相同，低于 0.05 几乎无感，高于 0.5 有损害。± 为一个标准误。</translation>
    </message>
    <message>
        <source>Half of the positions diverge less than this, in nats. Lower is better.</source>
        <translation>半数位置的散度低于此值，单位 nats。越低越好。</translation>
    </message>
    <message>
        <source>One position in a hundred diverges more than this, in nats: rare but bad tokens. Lower is better.</source>
        <translation>每百个位置中有一个的散度高于此值，单位 nats：少见但糟糕的 token。越低越好。</translation>
    </message>
    <message>
        <source>Share of positions where the float and the quantized model predict the same next token. Above 95 % is very good, below 80 % is poor.</source>
        <translation>浮点模型与量化模型预测出相同下一个 token 的位置占比。高于 95% 为很好，低于 80% 为差。</translation>
    </message>
    <message>
        <source>Stored bits per weight of the blocks&apos; linears, scales and zero points included. Fewer is smaller.</source>
        <translation>各块线性层每权重的存储比特数，含缩放因子和零点。越少则模型越小。</translation>
    </message>
    <message>
        <source>Propagated: every linear sees inputs that earlier quantized blocks made. Fake quantization: rounded values, multiplied as floats.</source>
        <translation>传播式：每个线性层的输入来自前面已量化的块。伪量化：数值经舍入，以浮点相乘。</translation>
    </message>
    <message>
        <source>What multiplied: float, fake quantization, or the packed integer codes.</source>
        <translation>乘法的执行方式：浮点、伪量化或打包的整数量化码。</translation>
    </message>
    <message>
        <source>Windows of text times tokens in each. More windows, smaller error; compare runs of equal windows.</source>
        <translation>文本窗口数乘以每个窗口的 token 数。窗口越多误差越小；请比较窗口相同的运行。</translation>
    </message>
    <message>
        <source>The text that was read. Numbers of different texts do not compare.</source>
        <translation>所读取的文本。不同文本的数值不可比。</translation>
    </message>
    <message>
        <source>Time of the whole run, the float reference included.</source>
        <translation>整次运行的时间，包括浮点参考。</translation>
    </message>
    <message>
        <source>Predicted tokens per second of the whole run, both models together: the speed of measuring, not of the quantized model.</source>
        <translation>整次运行每秒预测的 token 数，两个模型合计：这是测量的速度，而非量化模型的速度。</translation>
    </message>
    <message>
        <source>Numbers of a running or cancelled run cover the windows seen.</source>
        <translation>进行中或已取消的运行，其数值仅涵盖已读取的窗口。</translation>
    </message>
    <message>
        <source>Started %1.</source>
        <translation>开始于 %1。</translation>
    </message>
    <message>
        <source>Perplexity %1, standard error %2; the float model has %3 on the same windows.</source>
        <translation>困惑度 %1，标准误 %2；浮点模型在相同窗口上为 %3。</translation>
    </message>
    <message>
        <source>%1 nats: %2.</source>
        <translation>%1 nats：%2。</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>propagated, fake quantization</source>
        <translation>传播式，伪量化</translation>
    </message>
    <message>
        <source>propagated, integer codes</source>
        <translation>传播式，整数量化码</translation>
    </message>
    <message>
        <source>running, %1 of %2</source>
        <translation>进行中，%1/%2</translation>
    </message>
    <message>
        <source>running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>cancelled at %1 of %2</source>
        <translation>已取消于 %1/%2</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>hardly noticed</source>
        <translation>几乎无感</translation>
    </message>
    <message>
        <source>noticeable</source>
        <translation>可察觉</translation>
    </message>
    <message>
        <source>hurts</source>
        <translation>有损害</translation>
    </message>
    <message>
        <source>Decode/s</source>
        <translation>解码/秒</translation>
    </message>
    <message>
        <source>Of floor</source>
        <translation>占下限</translation>
    </message>
    <message>
        <source>Tokens per second of the evaluated model alone, one token after another on this run&apos;s backend. Higher is better.</source>
        <translation>被评估模型本身每秒的词元数，在本次运行的后端上逐个词元。越高越好。</translation>
    </message>
    <message>
        <source>Share of the fastest decode that memory allows: every packed weight is read once per token. Known once the Speed tab has measured how fast this machine reads; 100 % cannot be beaten.</source>
        <translation>占内存所允许最快解码的比例：每个词元把每个打包权重读一遍。在“速度”页测过这台机器的读取速度之后才知道；不可能超过 100 %。</translation>
    </message>
    <message>
        <source>%1 tokens/s; a token reads %2 MB of weights.</source>
        <translation>%1 词元/秒；每个词元读取 %2 MB 权重。</translation>
    </message>
    <message>
        <source>Memory is read at %1 GB/s: at most %2 tokens/s.</source>
        <translation>内存读取速度 %1 GB/s：最多 %2 词元/秒。</translation>
    </message>
</context>
<context>
    <name>bitscape::Runs</name>
    <message>
        <source>Evaluate %1</source>
        <translation>评测 %1</translation>
    </message>
</context>
<context>
    <name>bitscape::RunsModel</name>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
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
        <translation>作为 %1 参与比较</translation>
    </message>
    <message>
        <source>not compared</source>
        <translation>未参与比较</translation>
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
        <translation>运行</translation>
    </message>
    <message>
        <source>As Many as &amp;Fit</source>
        <translation>显示尽可能多的列(&amp;F)</translation>
    </message>
    <message>
        <source>Compare as &amp;A</source>
        <translation>作为 A 比较(&amp;A)</translation>
    </message>
    <message>
        <source>Compare as &amp;B</source>
        <translation>作为 B 比较(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Use This Run&apos;s Recipe</source>
        <translation>使用此运行的配方(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Remove Run</source>
        <translation>移除运行(&amp;R)</translation>
    </message>
</context>
<context>
    <name>bitscape::SideAnalysis</name>
    <message>
        <source>first look: the prompt alone; more text is being read</source>
        <translation>初步结果：仅含提示词；正在读取更多文本</translation>
    </message>
    <message>
        <source>Activations of the prompt (%1)</source>
        <translation>提示词的激活（%1）</translation>
    </message>
    <message>
        <source>Statistics of the activations (%1)</source>
        <translation>激活的统计（%1）</translation>
    </message>
    <message>
        <source>%1 windows of %2 tokens of the bundled text</source>
        <translation>附带文本的 %1 个窗口，每个 %2 个 token</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
</context>
<context>
    <name>bitscape::SpeedChart</name>
    <message>
        <source>Nothing was measured yet.</source>
        <translation>尚未测量。</translation>
    </message>
    <message>
        <source>Speed of products by bits of weights and bits of inputs; rows at once: %1</source>
        <translation>按权重位数与输入位数的乘法速度；同时的行数：%1</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>尚未测量</translation>
    </message>
    <message>
        <source>%1 ± %2 %</source>
        <comment>a time and its spread in percent</comment>
        <translation>%1 ± %2 %</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 of %2 GB/s</source>
        <translation>%1 / %2 GB/s</translation>
    </message>
    <message>
        <source>%1 GB/s</source>
        <translation>%1 GB/s</translation>
    </message>
    <message>
        <source>%1 of the rate of reading</source>
        <translation>读取速率的 %1</translation>
    </message>
    <message>
        <source>%1 of the rate of the instructions</source>
        <translation>指令速率的 %1</translation>
    </message>
    <message>
        <source>by %1</source>
        <translation>经由 %1</translation>
    </message>
    <message>
        <source>bits of inputs</source>
        <translation>输入位数</translation>
    </message>
    <message>
        <source>bits of weights</source>
        <translation>权重位数</translation>
    </message>
    <message>
        <source>% of ceiling</source>
        <translation>占上限 %</translation>
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
        <translation>1 行，如解码</translation>
    </message>
    <message>
        <source>%1 rows, as in prefill</source>
        <translation>%1 行，如预填充</translation>
    </message>
    <message>
        <source>%1 rows</source>
        <translation>%1 行</translation>
    </message>
    <message>
        <source>Tokens that are multiplied with a weight at once. One token waits for memory, many for the multiplier.</source>
        <translation>同时与一个权重相乘的词元。一个词元等待内存，许多词元等待乘法器。</translation>
    </message>
    <message>
        <source>GOPS</source>
        <translation>GOPS</translation>
    </message>
    <message>
        <source>microseconds</source>
        <translation>微秒</translation>
    </message>
    <message>
        <source>What stands in the cells: billions of operations per second (a multiply-add counts 2), or the time of one product.</source>
        <translation>单元格中的内容：每秒十亿次运算（一次乘加算 2），或一次乘积的时间。</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>Ends the measurement; what it found so far stays.</source>
        <translation>结束测量；已得到的结果保留。</translation>
    </message>
    <message>
        <source>How fast this machine multiplies packed integers, for every number of bits of weights and inputs. Measure takes a minute or two and keeps every processor busy; the numbers are remembered.</source>
        <translation>这台机器对每种权重与输入位数相乘打包整数的速度。测量需要一两分钟并占用所有处理器；结果会被记住。</translation>
    </message>
    <message>
        <source>R&amp;ows at once</source>
        <translation>同时的行数(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Unit</source>
        <translation>单位(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>测量(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Measure again</source>
        <translation>重新测量(&amp;M)</translation>
    </message>
    <message>
        <source>A measurement goes on.</source>
        <translation>测量正在进行。</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>正在测量</translation>
    </message>
    <message>
        <source>Measuring %1</source>
        <translation>正在测量 %1</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>byte products %1</source>
        <translation>字节乘积 %1</translation>
    </message>
    <message>
        <source>reads %1 GB/s</source>
        <translation>读取 %1 GB/s</translation>
    </message>
    <message>
        <source>weights of %1 × %2</source>
        <translation>权重 %1 × %2</translation>
    </message>
    <message>
        <source>measured %1</source>
        <translation>测量于 %1</translation>
    </message>
    <message>
        <source>Some cells beat their ceiling: other programs ran while it was measured. Close them and measure again.</source>
        <translation>有些单元格超过了上限：测量上限时有其他程序在运行。请关闭它们并重新测量。</translation>
    </message>
    <message>
        <source>Measures every cell on this machine in %1 rounds and keeps its fastest; other programs make it slower.</source>
        <translation>在这台机器上分 %1 轮测量每个单元格并保留最快的一次；其他程序会使其变慢。</translation>
    </message>
    <message>
        <source>fastest of %1 rounds</source>
        <translation>%1 轮中最快</translation>
    </message>
</context>
<context>
    <name>bitscape::Speeds</name>
    <message>
        <source>The remembered speeds cannot be read and are ignored: %1</source>
        <translation>记住的速度无法读取，已忽略：%1</translation>
    </message>
    <message>
        <source>Measure the speed of this machine</source>
        <translation>测量这台机器的速度</translation>
    </message>
    <message>
        <source>The speeds are not remembered: %1</source>
        <translation>速度未被记住：%1</translation>
    </message>
    <message>
        <source>w%1a%2, M = %3, round %4 of %5</source>
        <translation>w%1a%2，M = %3，第 %4 轮，共 %5 轮</translation>
    </message>
</context>
<context>
    <name>bitscape::StackList</name>
    <message>
        <source>Steps of the stack, in order</source>
        <translation>步骤栈的各步，按顺序</translation>
    </message>
</context>
<context>
    <name>bitscape::StackMenu</name>
    <message>
        <source>With its bits</source>
        <translation>连同其比特数</translation>
    </message>
</context>
<context>
    <name>bitscape::StackPanel</name>
    <message>
        <source>%1, windows of %2</source>
        <translation>%1，窗口长 %2</translation>
    </message>
    <message>
        <source>%1, %2 × %3 tokens</source>
        <translation>%1，%2 × %3 个词元</translation>
    </message>
    <message>
        <source>Stack</source>
        <translation>步骤栈</translation>
    </message>
    <message>
        <source>&amp;Method</source>
        <translation>方法(&amp;M)</translation>
    </message>
    <message>
        <source>Sets stack, grids, rounding and propagation as a paper does, for the bits of this recipe</source>
        <translation>按论文的做法为此配方的比特数设置步骤栈、网格、取整和传播</translation>
    </message>
    <message>
        <source>&amp;Add step</source>
        <translation>添加步骤(&amp;A)</translation>
    </message>
    <message>
        <source>Adds one step at the end of the stack</source>
        <translation>在步骤栈末尾添加一步</translation>
    </message>
    <message>
        <source>&amp;Propagate</source>
        <translation>传播(&amp;P)</translation>
    </message>
    <message>
        <source>Solves each block on what the quantized blocks before it leave, by running them again: exact, but slower. Otherwise the float model&apos;s statistics are pushed through the stack.</source>
        <translation>重新运行前面的量化块，在其输出上求解每一块：精确但较慢。否则把浮点模型的统计量经过步骤栈。</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>校准文本</translation>
    </message>
    <message>
        <source>&amp;Choose…</source>
        <translation>选择(&amp;C)…</translation>
    </message>
    <message>
        <source>The text whose statistics the steps and the rounding use when the recipe is evaluated or exported: 32 windows of 2,048 tokens</source>
        <translation>评估或导出配方时，各步骤和取整使用其统计量的文本：32 个窗口，每个 2,048 个词元</translation>
    </message>
    <message>
        <source>Use no calibration text</source>
        <translation>不使用校准文本</translation>
    </message>
    <message>
        <source>move %1</source>
        <translation>移动 %1</translation>
    </message>
    <message>
        <source>use %1</source>
        <translation>启用 %1</translation>
    </message>
    <message>
        <source>leave out %1</source>
        <translation>停用 %1</translation>
    </message>
    <message>
        <source>%1: %2 %3</source>
        <translation>%1：%2 %3</translation>
    </message>
    <message>
        <source>round with %1</source>
        <translation>用 %1 取整</translation>
    </message>
    <message>
        <source>rounding: %1 %2</source>
        <translation>取整：%1 %2</translation>
    </message>
    <message>
        <source>propagate</source>
        <translation>传播</translation>
    </message>
    <message>
        <source>do not propagate</source>
        <translation>不传播</translation>
    </message>
    <message>
        <source>method %1</source>
        <translation>方法 %1</translation>
    </message>
    <message>
        <source>add %1</source>
        <translation>添加 %1</translation>
    </message>
    <message>
        <source>duplicate %1</source>
        <translation>复制 %1</translation>
    </message>
    <message>
        <source>remove %1</source>
        <translation>移除 %1</translation>
    </message>
    <message>
        <source>defaults of %1</source>
        <translation>%1 的默认值</translation>
    </message>
    <message>
        <source>no calibration text</source>
        <translation>无校准文本</translation>
    </message>
    <message>
        <source>calibration text %1</source>
        <translation>校准文本 %1</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Open a model to build its stack.</source>
        <translation>打开模型以构建其步骤栈。</translation>
    </message>
</context>
<context>
    <name>bitscape::StackPreview</name>
    <message>
        <source>Waiting for the statistics of the activations …</source>
        <translation>正在等待激活的统计量……</translation>
    </message>
    <message>
        <source>Preview of block %1</source>
        <translation>第 %1 块的预览</translation>
    </message>
</context>
<context>
    <name>bitscape::StackRow</name>
    <message>
        <source>Move, duplicate, remove</source>
        <translation>移动、复制、移除</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>上移(&amp;U)</translation>
    </message>
    <message>
        <source>Move &amp;down</source>
        <translation>下移(&amp;D)</translation>
    </message>
    <message>
        <source>D&amp;uplicate</source>
        <translation>复制(&amp;U)</translation>
    </message>
    <message>
        <source>Settings to their &amp;defaults</source>
        <translation>恢复默认设置(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
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
        <translation>隐藏设置</translation>
    </message>
    <message>
        <source>Show the settings</source>
        <translation>显示设置</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>启用 %1</translation>
    </message>
    <message>
        <source>Leave this step out</source>
        <translation>停用此步骤</translation>
    </message>
    <message>
        <source>Use this step</source>
        <translation>启用此步骤</translation>
    </message>
</context>
<context>
    <name>bitscape::StackWords</name>
    <message>
        <source>online, without multiply-adds</source>
        <translation>在线，无乘加运算</translation>
    </message>
    <message>
        <source>online: %1 multiply-adds per token</source>
        <translation>在线：每词元 %1 次乘加</translation>
    </message>
    <message>
        <source>online: %1 multiply-adds per token, %2 % of the block</source>
        <translation>在线：每词元 %1 次乘加，占该块的 %2 %</translation>
    </message>
    <message>
        <source>Folds into the weights: costs nothing at run time</source>
        <translation>并入权重：运行时无开销</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>This build has no step named “%1”.</source>
        <translation>此版本没有名为“%1”的步骤。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>A setting below has to be corrected.</source>
        <translation>下面有一项设置需要更正。</translation>
    </message>
    <message>
        <source>Being solved…</source>
        <translation>正在求解……</translation>
    </message>
    <message>
        <source>Changes nothing in this block</source>
        <translation>对此块没有改变</translation>
    </message>
    <message>
        <source>; %1 of %2 steps fold</source>
        <translation>；%2 步中有 %1 步并入</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source> (%1 multiply-adds per token)</source>
        <translation>（每词元 %1 次乘加）</translation>
    </message>
    <message>
        <source>Solved in %1 s.</source>
        <translation>求解用时 %1 秒。</translation>
    </message>
    <message>
        <source>computing…</source>
        <translation>计算中……</translation>
    </message>
    <message>
        <source>static, block %1</source>
        <translation>静态，第 %1 块</translation>
    </message>
    <message>
        <source>propagated, block %1</source>
        <translation>传播，第 %1 块</translation>
    </message>
    <message>
        <source>Statistics of the float model, pushed through the stack: no block ran again, so nothing shows the error of the blocks before.</source>
        <translation>浮点模型的统计量经过步骤栈：没有重新运行任何块，因此不含前面各块的误差。</translation>
    </message>
    <message>
        <source>The blocks ran on what the quantized blocks before them leave.</source>
        <translation>各块在前面量化块的输出上运行。</translation>
    </message>
    <message>
        <source>All steps fold: nothing to compute at run time</source>
        <translation>所有步骤都已并入：运行时无需计算</translation>
    </message>
    <message>
        <source>%1 of %2 steps fold; %3</source>
        <translation>%2 步中有 %1 步并入；%3</translation>
    </message>
</context>
<context>
    <name>bitscape::StartPage</name>
    <message>
        <source>today, %1</source>
        <translation>今天 %1</translation>
    </message>
    <message>
        <source>yesterday, %1</source>
        <translation>昨天 %1</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>The &amp;sample model</source>
        <translation>示例模型(&amp;S)</translation>
    </message>
    <message>
        <source>SmolLM2 135M, so small that everything is computed within a minute</source>
        <translation>SmolLM2 135M，足够小，一分钟内即可完成全部计算</translation>
    </message>
    <message>
        <source>&amp;Model file…</source>
        <translation>模型文件(&amp;M)…</translation>
    </message>
    <message>
        <source>A .gguf or .safetensors file (Ctrl+O)</source>
        <translation>.gguf 或 .safetensors 文件（Ctrl+O）</translation>
    </message>
    <message>
        <source>Model &amp;folder…</source>
        <translation>模型文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>A folder with config.json and .safetensors files (Ctrl+Shift+O)</source>
        <translation>包含 config.json 和 .safetensors 文件的文件夹（Ctrl+Shift+O）</translation>
    </message>
    <message>
        <source>S&amp;tudy…</source>
        <translation>研究(&amp;T)…</translation>
    </message>
    <message>
        <source>An .h5 file with a recipe, runs and statistics that was saved here</source>
        <translation>在本程序中保存的 .h5 文件，包含配方、运行和统计数据</translation>
    </message>
    <message>
        <source>or drop a model, a folder or a study anywhere in the window</source>
        <translation>或将模型、文件夹或研究拖放到窗口任意位置</translation>
    </message>
    <message>
        <source>Recent studies and models</source>
        <translation>最近的研究和模型</translation>
    </message>
    <message>
        <source>What you open is listed here.</source>
        <translation>打开过的内容会列在此处。</translation>
    </message>
    <message>
        <source>&amp;Recent</source>
        <translation>最近(&amp;R)</translation>
    </message>
    <message>
        <source>Bitscape</source>
        <translation>Bitscape</translation>
    </message>
    <message>
        <source>See where a language model resists quantization, change the recipe, measure what it costs.</source>
        <translation>查看语言模型在何处难以量化，更改配方，测量代价。</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>起始页</translation>
    </message>
    <message>
        <source>study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1，%2，%3</translation>
    </message>
    <message>
        <source>%1, %2, cannot be opened: %3</source>
        <translation>%1，%2，无法打开：%3</translation>
    </message>
    <message>
        <source>%1
Return opens it, Delete removes it from this list.</source>
        <translation>%1
按回车打开，按 Delete 从列表中移除。</translation>
    </message>
    <message>
        <source>%1
It cannot be opened: %2. Delete removes it from this list.</source>
        <translation>%1
无法打开：%2。按 Delete 从列表中移除。</translation>
    </message>
    <message>
        <source>The sample model cannot be opened: %1</source>
        <translation>无法打开示例模型：%1</translation>
    </message>
</context>
<context>
    <name>bitscape::StudyKeeper</name>
    <message>
        <source>unsaved study</source>
        <translation>未保存的研究</translation>
    </message>
    <message>
        <source>Changes are not saved automatically: %1</source>
        <translation>更改未能自动保存：%1</translation>
    </message>
    <message>
        <source>Save %1</source>
        <translation>保存 %1</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>Your last study, which had no file yet, is back. Save it with Ctrl+S.</source>
        <translation>上次尚未存为文件的研究已恢复。请按 Ctrl+S 保存。</translation>
    </message>
    <message>
        <source>Changes that were not saved are back. Save them with Ctrl+S.</source>
        <translation>未保存的更改已恢复。请按 Ctrl+S 保存。</translation>
    </message>
    <message>
        <source>Open the unsaved study</source>
        <translation>打开未保存的研究</translation>
    </message>
</context>
<context>
    <name>bitscape::SurfacePair</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
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
        <translation>差值：B − A</translation>
    </message>
</context>
<context>
    <name>bitscape::SurfaceView</name>
    <message>
        <source>value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>|value|</source>
        <translation>|数值|</translation>
    </message>
    <message>
        <source>row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>%1 %2 “%3”   %4 %5   value %6   %7 % of the largest</source>
        <translation>%1 %2 “%3”   %4 %5   数值 %6   为最大值的 %7%</translation>
    </message>
    <message>
        <source>%1 %2   %3 %4   value %5   %6 % of the largest</source>
        <translation>%1 %2   %3 %4   数值 %5   为最大值的 %6%</translation>
    </message>
    <message>
        <source>Surface: %1</source>
        <translation>曲面：%1</translation>
    </message>
    <message>
        <source>Surface: %1, %2</source>
        <translation>曲面：%1，%2</translation>
    </message>
    <message>
        <source>%1 × %2 values, the largest magnitude is %3; %4 massive outliers and %5 large channels are marked. The heat map reads single values with the arrow keys.</source>
        <translation>%1 × %2 个数值，最大幅值为 %3；标出了 %4 个巨量离群值和 %5 个大通道。在热力图中可用方向键读取单个数值。</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Drag turns, wheel zooms, double click goes closer, Home shows all</source>
        <translation>拖动旋转，滚轮缩放，双击拉近，Home 显示全部</translation>
    </message>
    <message>
        <source>Tokens %1 to %2, channels %3 to %4; Home shows all</source>
        <translation>Token %1 至 %2，通道 %3 至 %4；Home 显示全部</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>暂无内容。</translation>
    </message>
</context>
<context>
    <name>bitscape::WeightsLoader</name>
    <message>
        <source>output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>weight of %1</source>
        <translation>%1 的权重</translation>
    </message>
    <message>
        <source>The two models&apos; weights have different shapes.</source>
        <translation>两个模型的权重形状不同。</translation>
    </message>
    <message>
        <source>Weight of %1</source>
        <translation>%1 的权重</translation>
    </message>
</context>
<context>
    <name>bitscape::WeightsPanel</name>
    <message>
        <source>Decoder block, counted from 0 ([ and ] go back and forth)</source>
        <translation>解码器块，从 0 开始计数（按 [ 和 ] 前后切换）</translation>
    </message>
    <message>
        <source>Which linear of the block</source>
        <translation>块中的哪个线性层</translation>
    </message>
    <message>
        <source>per output</source>
        <translation>逐输出</translation>
    </message>
    <message>
        <source>per channel</source>
        <translation>逐通道</translation>
    </message>
    <message>
        <source>Ranges per output or per channel</source>
        <translation>逐输出或逐通道的范围</translation>
    </message>
    <message>
        <source>Whose ranges the chart shows: outputs (rows, which have a scale each) or channels (columns, the inputs)</source>
        <translation>图表显示谁的范围：输出（行，各有一个缩放因子）或通道（列，即输入）</translation>
    </message>
    <message>
        <source>Kurtosis 3 is normal. Above 10 a few weights dominate the range, and low bits lose the others.</source>
        <translation>峰度 3 为正态。超过 10 时少数权重主导范围，低比特会丢失其余权重。</translation>
    </message>
    <message>
        <source>SQNR is the signal-to-noise ratio of the rounded weight: each bit gives about 6 dB, below 20 dB the output suffers visibly.</source>
        <translation>SQNR 是舍入后权重的信噪比：每比特约贡献 6 dB，低于 20 dB 时输出明显受损。</translation>
    </message>
    <message>
        <source>&amp;Block</source>
        <translation>块(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Linear</source>
        <translation>线性层(&amp;L)</translation>
    </message>
    <message>
        <source>R&amp;anges</source>
        <translation>范围(&amp;A)</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>The recipe leaves this linear float: it has no codes.</source>
        <translation>配方将此线性层保留为浮点：没有量化码。</translation>
    </message>
</context>
<context>
    <name>bitscape::WeightsPresenter</name>
    <message>
        <source>Open a model: Ctrl+O, or drop a file here.</source>
        <translation>请打开模型：按 Ctrl+O，或将文件拖放到此处。</translation>
    </message>
    <message>
        <source>Reading the weight of %1 …</source>
        <translation>正在读取 %1 的权重…</translation>
    </message>
    <message>
        <source>B is the weight of the second model.</source>
        <translation>B 为第二个模型的权重。</translation>
    </message>
    <message>
        <source>The recipe leaves this linear float: B equals A.</source>
        <translation>配方将此线性层保留为浮点：B 与 A 相同。</translation>
    </message>
    <message>
        <source>B is the weight as the recipe rounds it: exact, nothing is run.</source>
        <translation>B 为按配方舍入后的权重：精确值，无需运行模型。</translation>
    </message>
    <message>
        <source>B is not up to date: %1</source>
        <translation>B 不是最新的：%1</translation>
    </message>
    <message>
        <source>B is the weight as the stack transforms it and the recipe rounds it: static, nothing is run.</source>
        <translation>B 是经步骤栈变换并按配方取整的权重：静态，不运行任何内容。</translation>
    </message>
    <message>
        <source>B is the weight as the stack transforms it; the recipe leaves it float.</source>
        <translation>B 是经步骤栈变换的权重；配方保留其浮点。</translation>
    </message>
</context>
<context>
    <name>bitscape::Workspace</name>
    <message>
        <source>Ctrl+%1</source>
        <translation>Ctrl+%1</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>概览</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>激活</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>评测</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
</context>
</TS>
