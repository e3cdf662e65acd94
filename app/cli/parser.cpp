#include "app/cli/parser.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <sstream>

#include "app/cli/cli.h"

namespace bitscape::cli {
namespace {

constexpr std::int64_t kMany = std::int64_t{1} << 31;

// "nan" is neither below nor above, so that CLI::Range lets it pass.
std::string numberFault(std::string& text) {
  double value = 0;
  return CLI::detail::lexical_cast(text, value) && std::isnan(value) ? "Value " + text + " is not a number" : std::string();
}
CLI::Option* range(CLI::Option* option, double low, double high) {
  return option->check(CLI::Range(low, high).description(""))->check(CLI::Validator(numberFault, ""));
}

// One subcommand: its options write into `arguments`, and naming it makes them the command.
template <class Arguments>
class Sub {
 public:
  Sub(CLI::App& parent, Parsed& parsed, const std::string& name, const std::string& help)
      : m_app(parent.add_subcommand(name, help)), m_arguments(std::make_shared<Arguments>()) {
    m_app->add_flag("--json", m_arguments->output.json, "Print one JSON value");
    m_app->add_flag("--quiet", m_arguments->output.quiet, "No progress on stderr");
    m_app->callback([arguments = m_arguments, &parsed] { parsed.command = *arguments; });
  }
  CLI::App* operator->() const { return m_app; }
  Arguments& arguments() const { return *m_arguments; }

  void model(const std::string& help = "A .gguf or .safetensors file, a folder, or the word sample") const {
    m_app->add_option("MODEL", m_arguments->model, help)->required();
  }
  void computing() const {
    Computing& computing = m_arguments->computing;
    m_app->add_option("--device", computing.device, "cpu, cuda or cuda:N")->capture_default_str();
    m_app->add_option("--dtype", computing.dtype, "float32 or bfloat16")
        ->check(CLI::IsMember({"float32", "bfloat16"}))
        ->capture_default_str();
    range(m_app->add_option("--threads", computing.threads, "Threads of the CPU; all cores without it"), 1, 4096);
  }
  void text(bool required) const {
    Text& text = m_arguments->text;
    m_app->add_option("--text", text.path, "A UTF-8 text file")->required(required);
    range(m_app->add_option("--windows", text.windows, "The first N windows; all without it"), 1, kMany);
    range(m_app->add_option("--length", text.length, "Tokens in a window"), 2, 1 << 24)->capture_default_str();
    m_app->add_option("--seed", text.seed, "Windows start at random places");
  }
  void quantization() const {
    Quantization& q = m_arguments->quantization;
    auto* format = m_app->add_option("--format", q.format, "The bits: w4a8, w4a16g64, w4a16g128s, w2ba16, w4a4qkv4");
    auto* method = m_app->add_option("--method", q.method, "How the bits are reached; `methods` lists them; rtn without it")->needs(format);
    m_app->add_option("--recipe", q.recipe, "A recipe file, a preset's name, or a study whose recipe to take")->excludes(format, method);
    range(m_app->add_option("--qkv-bits", q.qkvBits, "Bits of queries, keys and values, 16: float"), 1, 16)->needs(format);
    m_app->add_option("--stack", q.stack, "Passes in place of the method's: smooth,permute,hadamard")->needs(format);
    m_app->add_option("--rounding", q.rounding, "In place of the method's: rtn, gptq, ...")->needs(format);
    m_app->add_option("--set", q.settings, "KEY=VALUE: smooth.alpha=0.6, alpha=0.6, clip.enabled=false, grid=symmetric, propagate=true");
    auto* calibration = m_app->add_option("--calibration", q.calibration, "A UTF-8 text to solve on; else the recipe's");
    calibrationWindows(calibration, q.calibrationWindows, q.calibrationLength);
    m_app->add_option("--calibration-seed", q.calibrationSeed, "Of the places where its windows start")
        ->needs(calibration)
        ->capture_default_str();
    m_app->add_option("--cache", q.cache, "A folder that keeps solved blocks, so that a killed run goes on where it was");
  }
  void calibrationWindows(CLI::Option* calibration, std::int64_t& windows, std::int64_t& length) const {
    range(m_app->add_option("--calibration-windows", windows, "So many windows of it, at random places"), 1, kMany)
        ->needs(calibration)
        ->capture_default_str();
    range(m_app->add_option("--calibration-length", length, "Tokens in its windows"), 2, 1 << 24)
        ->needs(calibration)
        ->capture_default_str();
  }
  void backend() const {
    m_app->add_option("--backend", m_arguments->engine.backend, "float, fake, reference or cpu; without it cpu where it multiplies every linear, else fake")
        ->check(CLI::IsMember({"float", "fake", "reference", "cpu"}));
    isa(m_arguments->engine.isa);
  }
  CLI::Option* isa(std::string& name) const {
    return m_app->add_option("--isa", name, "What the backend cpu multiplies with: scalar, avx2, avx-vnni, avx512-vnni or amx; the fastest without it");
  }

 private:
  CLI::App* m_app;
  std::shared_ptr<Arguments> m_arguments;
};

void addModelCommands(CLI::App& app, Parsed& parsed) {
  const Sub<InspectArguments> inspect(app, parsed, "inspect", "What a model file holds: family, tensors, linears, seams, sizes");
  inspect.model();

  const Sub<TokenizeArguments> tokenize(app, parsed, "tokenize", "Text on standard input to token ids, or back");
  tokenize.model();
  tokenize->add_flag("--special", tokenize.arguments().special, "Add the tokens that the model wants around a text (BOS)");
  tokenize->add_flag("--decode", tokenize.arguments().decode, "Ids on standard input to text");

  const Sub<NextArguments> next(app, parsed, "next", "The most probable next tokens");
  next.model();
  next->add_option("--prompt", next.arguments().prompt, "Text before them")->required();
  range(next->add_option("--top", next.arguments().top, "How many"), 1, kMany)->capture_default_str();
  next.quantization();
  next.backend();
  next.computing();

  const Sub<GenerateArguments> generate(app, parsed, "generate", "Continue a prompt");
  generate.model();
  generate->add_option("--prompt", generate.arguments().prompt, "Text to continue")->required();
  range(generate->add_option("--tokens", generate.arguments().tokens, "At most so many"), 0, kMany)->capture_default_str();
  range(generate->add_option("--temperature", generate.arguments().temperature, "0: the most probable token each time"), 0, 1000);
  generate->add_option("--seed", generate.arguments().seed, "Of the choice with a temperature")->capture_default_str();
  generate->add_flag("--chat", generate.arguments().chat, "The prompt is a user's message; the model's chat template goes around it");
  generate.quantization();
  generate.backend();
  generate.computing();
}

void addStudyCommands(CLI::App& app, Parsed& parsed) {
  const Sub<CaptureArguments> capture(app, parsed, "capture", "Statistics of activations; outliers, attention on the first token");
  capture.model();
  capture.text(false);
  capture->add_flag("--random-ids", capture.arguments().randomIds, "Random tokens instead of a text, for a model without tokenizer")
      ->excludes("--text");
  OutlierThresholds& thresholds = capture.arguments().thresholds;
  const auto threshold = [&](const char* name, double& value, const char* help) {
    range(capture->add_option(name, value, help), 0, 1e30)->capture_default_str();
  };
  threshold("--residual-value", thresholds.residualValue, "Massive in the residual stream: |h| above this");
  threshold("--residual-ratio", thresholds.residualRatio, "... and above this many times the block's median |h|");
  threshold("--down-ratio", thresholds.downRatio, "Massive at down's input: a token's maximum over the median token's");
  threshold("--normal-ratio", thresholds.normalRatio, "Normal: a channel's typical |x| over the median channel's");
  capture.computing();

  const Sub<QuantizeArguments> quantize(app, parsed, "quantize", "Pack a model's weights into a file that eval opens");
  quantize.model();
  quantize.quantization();
  quantize->add_option("--out", quantize.arguments().out, "The file to write (.safetensors)")->required();
  quantize.computing();

  const Sub<ExportArguments> exporting(app, parsed, "export", "Quantize a model and write it for another program, checked and as one whole");
  exporting.model();
  exporting.quantization();
  exporting->add_option("--to", exporting.arguments().target, "compressed-tensors, safetensors, ...; a wrong name lists them")->required();
  exporting->add_option("--out", exporting.arguments().out, "The folder to write; an export of ours there is replaced");
  exporting->add_flag("--lint-only", exporting.arguments().lintOnly, "Say what the target can hold and write nothing, whatever --out says");
  exporting->add_flag("--fix", exporting.arguments().fix, "Where the target cannot hold the recipe, take the nearest that it can");
  exporting->add_option("--metrics", exporting.arguments().metrics, "What eval --json printed, for the manifest and the model card");
  exporting.computing();

  const Sub<EvalArguments> eval(app, parsed, "eval", "Perplexity; with a quantized model also its divergence from the float one");
  eval.model("A model, or a file that quantize wrote");
  eval.text(true);
  eval.quantization();
  eval->add_option("--quantized", eval.arguments().quantized, "A file that quantize wrote from MODEL");
  eval->add_flag("--layers", eval.arguments().layers, "Error of every linear too");
  eval.backend();
  eval.computing();

  const Sub<StudyArguments> study(app, parsed, "study", "What a study file holds: model, recipe, runs, statistics");
  study->add_option("FILE", study.arguments().file, "A study that the window saved")->required();
}

void addCosts(CLI::App& app, CostOptions& costs) {
  app.add_option("--formats", costs.formats, "Candidates for the weights: w2..w8, or names joined by commas")->capture_default_str();
  range(app.add_option("--group", costs.group, "Inputs per scale; 0: one scale per output"), 0, 1 << 20)->capture_default_str();
  app.add_option("--mode", costs.mode, "static: from statistics and gradients; both: KL in the probe formats too; propagated: KL in every format")
      ->check(CLI::IsMember({"static", "both", "propagated"}))
      ->capture_default_str();
  app.add_option("--probes", costs.probes, "Formats that --mode both measures")->capture_default_str();
  app.add_flag("--second-order,!--no-second-order", costs.secondOrder, "The loss by squared gradients, one pass backward; the default");
  auto* method = app.add_option("--method", costs.method, "How weights are rounded; `methods` lists them")->capture_default_str();
  app.add_option("--recipe", costs.recipe, "A recipe whose stack, rounding and input formats to take")->excludes(method);
  app.add_option("--inputs", costs.inputs, "Bits of the inputs, as a8; with those of queries, keys and values as a8qkv4 or a8kv4");
  app.add_option("--cache", costs.cache, "A folder that keeps what was measured: another budget then measures nothing again");
}

void addBitCommands(CLI::App& app, Parsed& parsed) {
  const Sub<SensitivityArguments> sensitivity(app, parsed, "sensitivity", "What every linear costs in every format: bytes, errors, KL");
  sensitivity.model();
  sensitivity.text(true);
  addCosts(*sensitivity.operator->(), sensitivity.arguments().costs);
  sensitivity->add_flag("--disable-one", sensitivity.arguments().costs.disableOne,
                        "Where KL is measured, that of the whole model in the format but for each linear, too");
  sensitivity.computing();

  const Sub<PlanArguments> plan(app, parsed, "plan", "Find the bits of every linear within a size, and measure them beside uniform bits");
  PlanArguments& arguments = plan.arguments();
  plan.model();
  auto* bits = plan->add_option("--bits-per-weight", arguments.bitsPerWeight, "Of the blocks' linears: codes, scales and offsets");
  range(bits, 1, 16);
  range(plan->add_option("--megabytes", arguments.megabytes, "Of the whole file"), 0.001, 1e9)->excludes(bits);
  auto* time = plan->add_option("--milliseconds", arguments.milliseconds, "Of all the blocks' products together, measured here on --backend; "
                                                                          "alone or beside a size");
  range(time, 1e-6, 1e9);
  range(plan->add_option("--batch", arguments.batch, "Rows of these products: 1 generates, hundreds read a prompt"), 1, 1 << 16)
      ->needs(time)
      ->capture_default_str();
  plan->add_option("--backend", arguments.engine.backend, "What multiplies them")->check(CLI::IsMember({"cpu"}))->needs(time)->capture_default_str();
  plan.isa(arguments.engine.isa)->needs(time);
  plan->add_option("--text", arguments.calibration, "A UTF-8 text to measure costs on")->required();
  range(plan->add_option("--calibration-windows", arguments.calibrationWindows, "Windows of it"), 1, kMany)->capture_default_str();
  range(plan->add_option("--calibration-length", arguments.calibrationLength, "Tokens in them"), 2, 1 << 24)->capture_default_str();
  auto* verify = plan->add_option("--verify", arguments.text.path, "A UTF-8 text to measure the plan on, beside uniform bits");
  range(plan->add_option("--windows", arguments.text.windows, "The first N windows of it; all without it"), 1, kMany)->needs(verify);
  range(plan->add_option("--length", arguments.text.length, "Tokens in them"), 2, 1 << 24)->needs(verify)->capture_default_str();
  plan->add_flag("--unfused", arguments.unfused, "q, k, v and gate, up may differ, which runtimes that fuse them cannot load");
  plan->add_option("--lock", arguments.locks, "LINEAR=FORMAT: a linear, as the plan names it, and those fused with it keep that candidate");
  plan->add_option("--floor", arguments.floors, "ROLE=BITS: least bits of the weights of all q, k, v, o, gate, up or down");
  range(plan->add_option("--refine", arguments.refine, "Rounds of measuring, group by group, what one format more or less does to the quantized "
                                                      "model, and solving again; without it 3 where large errors are predicted"), 0, 20);
  plan->add_option("--out", arguments.out, "A file for the recipe with this plan");
  addCosts(*plan.operator->(), arguments.costs);
  plan.computing();
}

void addMethodCommands(CLI::App& app, Parsed& parsed) {
  const Sub<MethodsArguments> methods(app, parsed, "methods",
                                      "The methods that --method takes, with their parameters; the presets that --recipe takes");

  const Sub<TableArguments> table(app, parsed, "table",
                                  "Methods x formats on one model: perplexity, divergence, cost; goes on where it was stopped");
  TableArguments& arguments = table.arguments();
  table->add_option("MODEL", arguments.model, "A model; the sample without it");
  table->add_option("--out", arguments.folder, "The folder of results; rows that it holds are not computed again");
  table.text(false);
  auto* calibration = table->add_option("--calibration", arguments.calibration, "A UTF-8 text to solve on");
  table.calibrationWindows(calibration, arguments.calibrationWindows, arguments.calibrationLength);
  table->add_option("--rows", arguments.rows, "Words separated by commas: only rows whose name holds one of them");
  table->add_flag("--list", arguments.list, "Print the rows and stop");
  table.computing();
  table->footer(
      "Without --text and --calibration: wikitext2-test.txt and calibration-wiki.txt in the folder that BITSCAPE_TEXTS names, or\n"
      "beside the sample.");
}

void addMachineCommands(CLI::App& app, Parsed& parsed) {
  const Sub<BackendsArguments> backends(app, parsed, "backends", "What can multiply here");

  CLI::App* bench = app.add_subcommand("bench", "Measure the program");
  bench->require_subcommand(1);
  const Sub<BenchModelArguments> benchModel(*bench, parsed, "model", "Load, capture, float throughput, peak memory");
  benchModel->add_option("MODEL", benchModel.arguments().model, "A model; the sample without it");
  benchModel->add_option("--text", benchModel.arguments().text, "A UTF-8 text; random tokens without it");
  benchModel->add_option("--peer", benchModel.arguments().peer, "A Python with torch and transformers, measured in turn with this program");
  benchModel->add_option("--peer-script", benchModel.arguments().peerScript, "What it runs")->capture_default_str();
  range(benchModel->add_option("--rounds", benchModel.arguments().rounds, "Throughput measurements of each; the median counts"), 1, 1000)
      ->capture_default_str();
  CLI::Option* engine = benchModel->add_option("--backend", benchModel.arguments().engine.backend,
                                               "Prefill and decode of the model quantized by --format on this engine, instead of all the above")
                           ->check(CLI::IsMember({"cpu", "fake", "float"}));
  benchModel.isa(benchModel.arguments().engine.isa)->needs(engine);
  benchModel->add_option("--format", benchModel.arguments().format, "What the model is quantized to, to nearest")->capture_default_str();
  range(benchModel->add_option("--prefill", benchModel.arguments().prefill, "Tokens of the prompt"), 1, kMany)->capture_default_str();
  range(benchModel->add_option("--decode", benchModel.arguments().decode, "Tokens one by one, from an empty cache"), 1, kMany)->capture_default_str();
  benchModel.computing();
  const Sub<BenchSolveArguments> benchSolve(*bench, parsed, "solve",
                                            "Statistics of a calibration text, and what each method takes to solve");
  benchSolve->add_option("MODEL", benchSolve.arguments().model, "A model; the sample without it");
  benchSolve->add_option("--calibration", benchSolve.arguments().calibration, "A UTF-8 text");
  range(benchSolve->add_option("--windows", benchSolve.arguments().windows, "Windows of 2,048 tokens"), 1, kMany)->capture_default_str();
  benchSolve->add_option("--format", benchSolve.arguments().format, "The bits to solve for")->capture_default_str();
  benchSolve->add_option("--methods", benchSolve.arguments().methods, "Methods, joined by commas")->capture_default_str();
  benchSolve.computing();
  const Sub<BenchGemmArguments> benchGemm(*bench, parsed, "gemm", "Products of quantized weights and inputs against this machine's ceilings");
  BenchGemmArguments& gemm = benchGemm.arguments();
  benchGemm->add_option("--backend", gemm.backend, "The engine")->check(CLI::IsMember({"cpu"}))->capture_default_str();
  benchGemm->add_option("--shapes", gemm.shapes, "OUTPUTSxINPUTS joined by commas; default: the three of 7B models")->capture_default_str();
  benchGemm->add_option("--bits", gemm.bits, "Of weights and inputs, joined by commas")->capture_default_str();
  benchGemm->add_option("--m", gemm.rows, "Rows of the input, joined by commas")->capture_default_str();
  range(benchGemm->add_option("--group", gemm.group, "Inputs per scale of the weights; 0: one scale per output"), 0, kMany)->capture_default_str();
  benchGemm.isa(gemm.isa);
  benchGemm->add_option("--path", gemm.path, "panels, planes or tables; the fastest without it")->check(CLI::IsMember({"panels", "planes", "tables"}));
  range(benchGemm->add_option("--rounds", gemm.rounds, "Times that all rows are measured; each row shows its round in the middle, with the peer's time in it"), 1, 100)
      ->capture_default_str();
  benchGemm->add_flag("--peer,!--no-peer", gemm.peer, "Measure oneDNN in turn where it has the same product (w8a8); the default");
  range(benchGemm->add_option("--threads", gemm.threads, "Threads of the CPU; all cores without it"), 1, 4096);
  const Sub<SelfcheckArguments> selfcheck(app, parsed, "selfcheck", "Whether every path of the CPU engine is exact on this machine");
  selfcheck->add_option("--seed", selfcheck.arguments().seed, "Of the random codes; another one each time without it");
  const Sub<BenchGuiArguments> benchGui(*bench, parsed, "gui", "Window to first picture, frame times");

  const Sub<ScreenshotsArguments> screenshots(app, parsed, "screenshots", "Pictures of every page of the window, dark and light");
  screenshots->add_option("MODEL", screenshots.arguments().model, "A model; the sample without it");
  screenshots->add_option("--out", screenshots.arguments().folder, "The folder to write them into; made when absent")->required();

  const Sub<CheckpointArguments> checkpoint(app, parsed, "make-checkpoint", "A folder of random weights in the shape of a real model");
  checkpoint->add_option("FOLDER", checkpoint.arguments().folder, "Where; made when absent")->required();
  RandomCheckpointShape& shape = checkpoint.arguments().shape;
  const auto size = [&](const char* name, std::int64_t& value, const char* help) {
    return range(checkpoint->add_option(name, value, help), 1, kMany);
  };
  size("--hidden", shape.hidden, "Width of the residual stream")->capture_default_str();
  size("--blocks", shape.blocks, "Decoder blocks")->capture_default_str();
  size("--heads", shape.heads, "Attention heads")->capture_default_str();
  size("--kv-heads", shape.kvHeads, "Key and value heads; as many as heads without it");
  size("--ffn", shape.ffn, "Width inside the feed-forward network")->capture_default_str();
  size("--vocabulary", shape.vocabulary, "Tokens")->capture_default_str();
  checkpoint->add_option("--shard-bytes", shape.maxShardBytes, "Largest file")->capture_default_str();
  checkpoint->add_option("--seed", shape.seed, "Of the random numbers")->capture_default_str();
}

// Every way a subcommand's rules can be wrong that the library does not know.
std::string faultOf(const Command& command) {
  if (const auto* capture = std::get_if<CaptureArguments>(&command))
    if (capture->text.path.empty() && !capture->randomIds) return "capture needs --text FILE, or --random-ids";
  if (const auto* quantize = std::get_if<QuantizeArguments>(&command))
    if (!quantize->quantization.any()) return "quantize needs --format NAME or --recipe FILE";
  if (const auto* exporting = std::get_if<ExportArguments>(&command)) {
    if (!exporting->quantization.any()) return "export needs --format NAME or --recipe FILE";
    if (exporting->out.empty() && !exporting->lintOnly) return "export needs --out FOLDER, or --lint-only";
  }
  if (const auto* plan = std::get_if<PlanArguments>(&command))
    if (!plan->bitsPerWeight && !plan->megabytes && !plan->milliseconds)
      return "plan needs a budget: --bits-per-weight BITS, --megabytes MB or --milliseconds MS";
  if (const auto* table = std::get_if<TableArguments>(&command))
    if (table->folder.empty() && !table->list) return "table needs --out FOLDER, or --list";
  return {};
}

// As a shell would take it again.
std::string lineOf(int argc, char** argv) {
  std::string line = "bitscape";
  for (int i = 1; i < argc; ++i) {
    const std::string word(argv[i]);
    const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$&|;<>()*?`!#~{}[]") == std::string::npos;
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += " " + (plain ? word : quoted + "'");
  }
  return line;
}

}  // namespace

Parsed parse(int argc, char** argv) {
  Parsed parsed;
  CLI::App app("Bitscape: a studio for quantizing large language models.\nWithout a subcommand it opens the window.", "bitscape");
  app.set_version_flag("--version", "bitscape " BITSCAPE_VERSION);
  app.require_subcommand(1);
  addModelCommands(app, parsed);
  addStudyCommands(app, parsed);
  addBitCommands(app, parsed);
  addMethodCommands(app, parsed);
  addMachineCommands(app, parsed);
  app.footer("Exit codes: 0 done, 1 failed, 2 usage, 130 stopped.");
  if (argc > 1 && argv[1][0] != '-' && !namesSubcommand(argc, argv))
    return {std::nullopt, 2,
            "bitscape: \"" + std::string(argv[1]) + "\" is neither a subcommand nor a model; --help lists the subcommands\n"};
  try {
    app.parse(argc, argv);
    if (const std::string fault = faultOf(*parsed.command); !fault.empty()) return {std::nullopt, 2, "bitscape: " + fault + "\n"};
    if (auto* exporting = std::get_if<ExportArguments>(&*parsed.command)) exporting->commandLine = lineOf(argc, argv);
    return parsed;
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const bool help = app.exit(error, out, err) == 0;
    return {std::nullopt, help ? 0 : 2, help ? out.str() : "bitscape: " + err.str()};
  }
}

}  // namespace bitscape::cli

namespace bitscape {

bool namesSubcommand(int argc, char** argv) {
  if (argc < 2) return false;
  for (const char* name : {"inspect", "tokenize", "next", "generate", "capture", "quantize", "export", "eval", "sensitivity", "plan", "study", "methods", "table",
                           "backends", "bench", "selfcheck", "screenshots", "make-checkpoint", "-h", "--help", "--version"})
    if (std::string(argv[1]) == name) return true;
  return false;
}

}  // namespace bitscape
