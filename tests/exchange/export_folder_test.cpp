// An export as one whole: the old folder or the new one, whatever happens on the way; what the linters say and what their remedies do.
#include "core/exchange/export_folder.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/exchange/sha256.h"
#include "core/quant/quantizer.h"
#include "tests/support/throws.h"
#include "tests/support/tiny_models.h"

using namespace bitscape;
using test::errorOf;
namespace fs = std::filesystem;

namespace {

std::string textOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const Finding* withSeverity(const std::vector<Finding>& findings, Severity severity) {
  for (const Finding& finding : findings) {
    if (finding.severity == severity) return &finding;
  }
  return nullptr;
}

}  // namespace

class ExportFolderTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder{QFileInfo("/dev/shm").isWritable() ? "/dev/shm/bitscape-export-XXXXXX"
                                                            : QDir::tempPath() + "/bitscape-export-XXXXXX"};
  std::shared_ptr<const Model> m_model, m_tied;
  const ExportTarget& m_target = exportTargetNamed("compressed-tensors");

  fs::path place(const char* name) const { return m_folder.filePath(name).toStdString(); }
  QuantizedModel quantized(const char* name) const {
    QuantizedModel result{
        .model = m_model, .plan = m_target.prepare(*m_model, planFromName(name)), .steps = {}, .recipeJson = R"({"bitscape_recipe":1})"};
    for (int block = 0; block < m_model->config().blocks; ++block) {
      for (const Role role : kBlockRoles) {
        result.linears.emplace(LinearId{block, role}, quantizeWeight(m_model->loadLinear({block, role}), *result.plan.uniform.weight));
      }
    }
    return result;
  }
  ExportResult exportAs(const char* format, const fs::path& folder, const Progress& progress = {}) const {
    const ExportNotes notes{.program = "test", .commandLine = std::string("export ") + format, .metrics = {{"ppl", 12.5}}};
    return exportTo(m_target, quantized(format), folder, {}, notes, progress);
  }
  static std::string commandOf(const fs::path& folder) {
    return readJson((folder / "manifest.json").string())["command"].get<std::string>();
  }
  // Folders and files beside the targets that an export should not leave.
  int leftovers() const {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(m_folder.path().toStdString()))
      count += entry.path().filename().string().find(".exporting-") != std::string::npos;
    return count;
  }
  ExportSubject subject(const std::shared_ptr<const Model>& model, const Plan& plan) const {
    return {.model = model, .plan = m_target.prepare(*model, plan), .stack = {}, .rounding = {}};
  }

 private Q_SLOTS:
  void initTestCase() {
    m_model = Model::open(writeTinyModel(place("model").string()));
    m_tied = Model::open(writeTinyModel(place("tied").string(), {.tied = true}));
  }

  void hashesAreThoseOfTheStandard() {
    QCOMPARE(sha256("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    QCOMPARE(sha256(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    for (const int size : {55, 56, 63, 64, 65, 119, 120, 1000}) {
      const QByteArray bytes(size, 'x');
      QCOMPARE(QString::fromStdString(sha256({bytes.constData(), static_cast<std::size_t>(size)})),
               QString(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex()));
    }
  }

  void manifestAndCardDescribeTheFolder() {
    const ExportResult result = exportAs("w4a16g16s", place("described"));
    checkManifest(place("described"), {});
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(place("described")))
      bytes += entry.path().filename() == "manifest.json" ? 0 : entry.file_size();
    QCOMPARE(result.bytes, bytes);
    const std::string card = textOf(place("described") / "README.md");
    QVERIFY(card.find("| ppl | 12.5 |") != std::string::npos);
    QVERIFY(card.find("4-bit symmetric, group 16") != std::string::npos);
    const Json manifest = readJson((place("described") / "manifest.json").string());
    QCOMPARE(manifest["target"].get<std::string>(), std::string("compressed-tensors"));
    QVERIFY(manifest["files"].size() >= 4);  // weights, config.json, tokenizer, README.md
  }

  void aChangedFileIsNoticed() {
    exportAs("w4a16g16s", place("changed"));
    const std::string path = (place("changed") / "model.safetensors").string();
    std::string bytes = textOf(path);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    std::ofstream(path, std::ios::binary) << bytes;
    QVERIFY(errorOf([&] { checkManifest(place("changed"), {}); }).find("not the file that the manifest lists") != std::string::npos);
    fs::remove(path);
    QVERIFY(errorOf([&] { checkManifest(place("changed"), {}); }).find("missing") != std::string::npos);
  }

  void anExportReplacesAnExport() {
    exportAs("w4a16g16s", place("twice"));
    exportAs("w8a16s", place("twice"));
    QCOMPARE(commandOf(place("twice")), std::string("export w8a16s"));
    checkManifest(place("twice"), {});
    QCOMPARE(leftovers(), 0);
  }

  void aForeignFolderIsLeftAlone() {
    fs::create_directory(place("foreign"));
    std::ofstream(place("foreign") / "thesis.txt") << "years of work";
    QVERIFY(errorOf([&] { exportAs("w4a16g16s", place("foreign")); }).find("no export of this program") != std::string::npos);
    QCOMPARE(textOf(place("foreign") / "thesis.txt"), std::string("years of work"));
    std::ofstream(place("file")) << "x";
    QVERIFY(errorOf([&] { exportAs("w4a16g16s", place("file")); }).find("no folder") != std::string::npos);
    QVERIFY(errorOf([&] { exportAs("w4a16g16s", place("absent") / "deep"); }).find("create it first") != std::string::npos);
    fs::create_directory(place("empty"));
    exportAs("w4a16g16s", place("empty"));
    QCOMPARE(leftovers(), 0);
  }

  void stoppingAtEveryStepLeavesTheOldFolder() {
    exportAs("w4a16g16s", place("stopped"));
    int steps = 0;
    exportAs("w8a16s", place("counted"), Progress([&](double, std::string_view) { ++steps; }));
    QVERIFY(steps > 5);
    for (int stop = 1; stop <= steps; ++stop) {
      int done = 0;
      std::stop_source source;
      const Progress progress(
          [&](double, std::string_view) {
            if (++done == stop) source.request_stop();
          },
          source.get_token());
      try {
        exportAs("w8a16s", place("stopped"), progress);
      } catch (const Cancelled&) {
        QCOMPARE(commandOf(place("stopped")), std::string("export w4a16g16s"));
      }
      checkManifest(place("stopped"), {});
      QCOMPARE(leftovers(), 0);
    }
  }

  void aFullDiskLeavesTheOldFolder() {
    exportAs("w4a16g16s", place("full"));
    const pid_t child = ::fork();
    if (child == 0) {
      // Files may not grow beyond this: as a full disk, with another reason.
      const rlimit limit{20000, 20000};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      ::signal(SIGXFSZ, SIG_IGN);
      const std::string message = errorOf([&] { exportAs("w8a16s", place("full")); });
      ::_exit(message.find("cannot write") != std::string::npos ? 7 : 8);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 7);
    QCOMPARE(commandOf(place("full")), std::string("export w4a16g16s"));
    checkManifest(place("full"), {});
    QCOMPARE(leftovers(), 0);
  }

  void killedAtAnyMomentItIsOldOrNew() {
    const QuantizedModel first = quantized("w4a16g16s"), second = quantized("w8a16s");
    exportAs("w4a16g16s", place("killed"));
    std::mt19937 random(11);
    int changes = 0, cut = 0;
    std::string last = commandOf(place("killed"));
    for (int round = 0; round < 50; ++round) {
      const pid_t child = ::fork();
      if (child == 0) {  // exports both in turn until it is killed
        try {
          for (int i = 0;; ++i) {
            const QuantizedModel& model = i % 2 ? first : second;
            exportTo(m_target, model, place("killed"), {},
                     {.program = "test", .commandLine = "run " + std::to_string(round) + " " + std::to_string(i), .metrics = {}}, {});
          }
        } catch (...) {
          ::_exit(1);
        }
      }
      ::usleep(static_cast<useconds_t>(std::uniform_int_distribution<int>(2000, 60000)(random)));
      ::kill(child, SIGKILL);
      int status = 0;
      ::waitpid(child, &status, 0);
      QVERIFY(WIFSIGNALED(status));
      checkManifest(place("killed"), {});
      const std::string now = commandOf(place("killed"));
      changes += now != last;
      last = now;
      const bool isFirst =
          readJson((place("killed") / "config.json").string())["quantization_config"]["config_groups"]["group_0"]["weights"]["num_bits"] ==
          4;
      m_target.verify(isFirst ? first : second, place("killed"), {});
      cut += leftovers() > 0;
    }
    QVERIFY2(changes > 5 && cut > 5, qPrintable(QString("%1 changes, %2 cut").arg(changes).arg(cut)));
    exportAs("w4a16g16s", place("killed"));
    QCOMPARE(leftovers(), 0);
  }

  void linterSaysWhatIsWrongAndItsRemedyWorks() {
    struct Case {
      const char* plan;
      const char* word;
    };
    const Case cases[] = {{"w5a16", "zero points"},
                          {"w8a8", "zero points meet quantized inputs"},
                          {"w8a8g16s", "in groups meet"},
                          {"w16a8", "weight is not"},
                          {"w4a16kv4", "after RoPE"}};
    for (const Case& one : cases) {
      Plan plan = planFromName(one.plan);
      std::vector<Finding> findings = m_target.lint(subject(m_model, plan));
      bool said = false;
      for (const Finding& finding : findings)
        said = said || (finding.severity == Severity::Error && finding.what.find(one.word) != std::string::npos);
      QVERIFY2(said, one.plan);
      for (int round = 0; round < 4 && hasErrors(findings); ++round) {
        const Finding* error = withSeverity(findings, Severity::Error);
        QVERIFY2(error->fix && error->fix->plan, one.plan);
        plan = *error->fix->plan;
        requireFits(plan, m_model->config());
        findings = m_target.lint(subject(m_model, plan));
      }
      QVERIFY2(!hasErrors(findings), one.plan);
    }
    QVERIFY(!withSeverity(m_target.lint(subject(m_model, planFromName("w4a16g16s"))), Severity::Error));
  }

  void linterJoinsWhatReadersFuse() {
    Plan plan = planFromName("w4a16g16s");
    plan.overrides[{1, Role::K}] = linearPlanFromName("w8a16s");
    plan.overrides[{0, Role::Up}] = {};
    const std::vector<Finding> findings = m_target.lint(subject(m_model, plan));
    const Finding* error = withSeverity(findings, Severity::Error);
    QVERIFY(error && error->fix && error->fix->plan);
    QCOMPARE(error->linears.size(), std::size_t{5});
    const Plan& fixed = *error->fix->plan;
    for (const Role role : {Role::Q, Role::K, Role::V}) QCOMPARE(fixed.of({1, role}).weight->bits(), 8);
    QVERIFY(fixed.of({0, Role::Gate}).isFloat() && fixed.of({0, Role::Up}).isFloat());
    QVERIFY(!hasErrors(m_target.lint(subject(m_model, fixed))));
  }

  void linterSeesOnlineStepsAndTiedEmbeddings() {
    QuantizedModel model = quantized("w4a16g16s");
    const auto stepsOf = [](std::int64_t size) {
      const PlacedStep online{.seam = SeamKind::FfnDown, .step = Hadamard{.size = size, .signs = {}}, .linear = {}};
      return std::vector<BlockSteps>{{online}, {online}};
    };
    model.steps = stepsOf(12);
    ExportSubject of = subject(m_model, model.plan);
    of.plan = model.plan;
    of.stack = {{.pass = "r1"}, {.pass = "r4"}};
    of.quantized = &model;
    const std::vector<Finding> findings = m_target.lint(of);
    const Finding* error = withSeverity(findings, Severity::Error);
    QVERIFY(error && error->fix && error->fix->stack);
    QVERIFY(error->what.find("Hadamard") != std::string::npos);
    // The nearest that vLLM runs: runs of a power of two.
    QVERIFY(error->fix->stack->at(0).enabled && error->fix->stack->at(1).enabled);
    QCOMPARE(error->fix->stack->at(1).parameters["size"].get<int>(), 32);
    // Other readers run no step: the pass goes.
    const std::vector<Finding> elsewhere = exportTargetNamed("gptq").lint(of);
    const Finding* refused = withSeverity(elsewhere, Severity::Error);
    QVERIFY(refused && refused->fix && refused->fix->stack);
    QVERIFY(refused->fix->stack->at(0).enabled && !refused->fix->stack->at(1).enabled);
    model.steps = stepsOf(32);
    const std::vector<Finding> runs = m_target.lint(of);
    QVERIFY(!hasErrors(runs) && withSeverity(runs, Severity::Warning));
    QVERIFY(!hasErrors(exportTargetNamed("hdf5").lint(of)));
    ExportSubject tied = subject(m_tied, planFromName("w4a16g16s"));
    tied.stack = {{.pass = "r1"}};
    const std::vector<Finding> notes = m_target.lint(tied);
    QVERIFY(!hasErrors(notes) && withSeverity(notes, Severity::Note));
  }

  void plainWeightsReadBackAsAnyModel() {
    const ExportTarget& plain = exportTargetNamed("safetensors");
    const QuantizedModel model = quantized("w4a16g16s");
    exportTo(plain, model, place("plain"), {}, {.program = "test", .commandLine = "", .metrics = {}}, {});
    const auto opened = Model::open(place("plain").string());
    QVERIFY(opened->loadLinear({1, Role::Down}).allclose(dequantize(*model.find({1, Role::Down})), 1e-3, 1e-3));
  }

  void targetsAreKnownByName() {
    QVERIFY(errorOf([] { exportTargetNamed("tape"); }).find("compressed-tensors") != std::string::npos);
  }
};

QTEST_APPLESS_MAIN(ExportFolderTest)
#include "export_folder_test.moc"
