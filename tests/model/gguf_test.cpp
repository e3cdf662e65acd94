#include <ATen/ATen.h>

#include <QtTest>
#include <cmath>
#include <map>

#include "core/base/atomic_file.h"
#include "core/model/gguf_file.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/throws.h"

using namespace bitscape;
using test::errorOf;
using test::GgufWriter;

class GgufTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }
  std::shared_ptr<const GgufFile> opened(const std::string& bytes, const std::string& name = "a.gguf") const {
    writeFileAtomically(path(name), bytes);
    return GgufFile::open(path(name));
  }

 private Q_SLOTS:
  void metadataOfEveryKind() {
    GgufWriter writer;
    writer.u32("u", 7).i32("i", -7).u16("w", 65535).u64("large", ~0ull).f32("f", 0.5f).boolean("b", true).string("s", "text");
    writer.strings("tokens", {"a", "", "\xFF"}).floats("scores", {1.5f, -2.0f}).integers("types", {1, -1});
    writer.rawKey(
        "flags", GgufWriter::Array,
        test::ByteWriter().number<std::uint32_t>(GgufWriter::Bool).number<std::uint64_t>(2).raw(std::string_view("\1\0", 2)).bytes());
    const auto file = opened(writer.bytes());
    QVERIFY(file->tensors().empty());  // a vocabulary alone is a file as good as any
    QCOMPARE(file->metadata().size(), std::size_t{11});
    QCOMPARE(file->integer("u"), std::optional<std::int64_t>(7));
    QCOMPARE(file->integer("i"), std::optional<std::int64_t>(-7));
    QCOMPARE(file->integer("w"), std::optional<std::int64_t>(65535));
    QCOMPARE(file->integer("absent"), std::nullopt);
    QCOMPARE(file->number("f"), std::optional<double>(0.5));
    QCOMPARE(file->number("u"), std::optional<double>(7.0));
    QCOMPARE(file->boolean("b"), std::optional<bool>(true));
    QCOMPARE(file->string("s"), std::optional<std::string>("text"));
    QCOMPARE(std::get<std::uint64_t>(file->metadata().at("large")), std::uint64_t(~0ull));
    QVERIFY(file->array("absent") == nullptr);
    QCOMPARE(std::get<std::vector<std::string_view>>(*file->array("tokens")), (std::vector<std::string_view>{"a", "", "\xFF"}));
    QCOMPARE(std::get<std::vector<double>>(*file->array("scores")), (std::vector<double>{1.5, -2.0}));
    QCOMPARE(std::get<std::vector<std::int64_t>>(*file->array("types")), (std::vector<std::int64_t>{1, -1}));
    QCOMPARE(std::get<std::vector<bool>>(*file->array("flags")), (std::vector<bool>{true, false}));
    for (const auto& message :
         {errorOf([&] { file->integer("s"); }), errorOf([&] { file->integer("large"); }), errorOf([&] { file->number("b"); }),
          errorOf([&] { file->boolean("u"); }), errorOf([&] { file->string("f"); }), errorOf([&] { file->array("s"); })}) {
      QVERIFY2(message.find("a.gguf\": metadata \"") != std::string::npos, message.c_str());
    }
  }

  void tensorsComeBack_data() {
    QTest::addColumn<uint>("version");
    QTest::addColumn<uint>("alignment");
    QTest::newRow("version 3") << 3u << 32u;
    QTest::newRow("version 2") << 2u << 32u;
    QTest::newRow("alignment 64") << 3u << 64u;
    QTest::newRow("alignment 1") << 3u << 1u;
  }
  void tensorsComeBack() {
    QFETCH(uint, version);
    QFETCH(uint, alignment);
    GgufWriter writer(alignment);
    writer.u32("general.alignment", alignment);
    writer.tensorF32("w", {2, 3}, {1, 2, 3, 4, 5, 6}).tensor("h", {2}, 1, std::string("\x00\x3C\x00\xC0", 4)).tensorF32("scalar", {}, {9});
    writer.tensor("none", {0, 4}, 0, "").tensor("q", {1, 32}, 3, std::string("\x00\x3C\x00\x40", 4) + std::string(16, '\x10'));
    const auto file = opened(writer.bytes(version));
    QCOMPARE(file->tensors().size(), std::size_t{5});
    const TensorInfo* info = file->find("w");
    QVERIFY(info != nullptr);
    QCOMPARE(info->shape, (std::vector<std::int64_t>{2, 3}));
    QCOMPARE(info->type, std::string("F32"));
    QCOMPARE(info->bytes, std::uint64_t{24});
    QVERIFY(at::equal(file->load("w"), at::arange(1, 7, at::kFloat).view({2, 3})));
    QVERIFY(at::equal(file->load("h"), at::tensor({1.0f, -2.0f})));
    QVERIFY(at::equal(file->load("scalar"), at::scalar_tensor(9.0f)));
    QCOMPARE(file->load("none").numel(), std::int64_t{0});
    const Tensor q = file->load("q");  // d = 1, m = 2, low nibbles 0, high nibbles 1
    QVERIFY(at::equal(q, at::cat({at::full({1, 16}, 2.0f), at::full({1, 16}, 3.0f)}, 1)));
    QCOMPARE(file->loadNative("h")->scalar_type(), at::kHalf);
    QVERIFY(at::equal(file->loadNative("w").value(), file->load("w")));
    QVERIFY(!file->loadNative("q"));
    QVERIFY(file->find("absent") == nullptr);
    QVERIFY(errorOf([&] { file->load("absent"); }).find("holds no tensor \"absent\"") != std::string::npos);
  }

  void undecodableTypesAreListed() {
    const auto file = opened(GgufWriter().tensor("w", {32}, 20, std::string(18, '\0')).bytes());
    QCOMPARE(file->find("w")->type, std::string("IQ4_NL"));
    QVERIFY(errorOf([&] { file->load("w"); }).find("IQ4_NL") != std::string::npos);
  }

  void splitFilesAreOne() {
    const auto part = [](std::uint16_t number, const char* tensor, float value) {
      return GgufWriter().u16("split.no", number).u16("split.count", 2).i32("split.tensors.count", 2).tensorF32(tensor, {1}, {value});
    };
    writeFileAtomically(path("m-00002-of-00002.gguf"), part(1, "b", 2).bytes());
    const auto file = opened(part(0, "a", 1).bytes(), "m-00001-of-00002.gguf");
    QCOMPARE(file->files().size(), std::size_t{2});
    QCOMPARE(file->load("a").item<float>(), 1.0f);
    QCOMPARE(file->load("b").item<float>(), 2.0f);
    QVERIFY(errorOf([&] { GgufFile::open(path("m-00002-of-00002.gguf")); }).find("open the first part") != std::string::npos);
    QVERIFY(errorOf([&] { opened(part(0, "a", 1).bytes(), "other.gguf"); }).find("its name does not end with") != std::string::npos);
    QVERIFY(errorOf([&] {
              opened(part(0, "a", 1).bytes(), "n-00001-of-00002.gguf");
            }).find("n-00002-of-00002.gguf\": there is no such file") != std::string::npos);
    writeFileAtomically(path("d-00002-of-00002.gguf"), part(1, "a", 2).bytes());
    QVERIFY(errorOf([&] { opened(part(0, "a", 1).bytes(), "d-00001-of-00002.gguf"); }).find("in an earlier part") != std::string::npos);
    writeFileAtomically(path("t-00002-of-00002.gguf"), GgufWriter().tensorF32("b", {1}, {2}).tensorF32("c", {1}, {2}).bytes());
    QVERIFY(errorOf([&] { opened(part(0, "a", 1).bytes(), "t-00001-of-00002.gguf"); }).find("split.tensors.count") != std::string::npos);
  }

  void sampleDecodes() {
    const std::string sample = qEnvironmentVariable("BITSCAPE_SAMPLE").toStdString();
    if (!QFile::exists(QString::fromStdString(sample))) QSKIP("the sample model is not here (BITSCAPE_SAMPLE)");
    QElapsedTimer timer;
    timer.start();
    const auto file = GgufFile::open(sample);
    const qint64 opened = timer.restart();
    QCOMPARE(file->string("general.architecture"), std::optional<std::string>("llama"));
    std::map<std::string, std::int64_t> elements;
    for (const TensorInfo& info : file->tensors()) {
      const Tensor tensor = file->load(info.name);
      QCOMPARE(tensor.sizes().vec(), info.shape);
      elements[info.type] += info.elements();
    }
    qInfo("opened in %lld ms, %zu tensors decoded in %lld ms", opened, file->tensors().size(), timer.elapsed());
    QVERIFY(elements["Q4_1"] > 100'000'000);
    const Tensor w = file->load("blk.0.ffn_down.weight");
    QCOMPARE(w.sizes().vec(), (std::vector<std::int64_t>{576, 1536}));
    QVERIFY(at::isfinite(w).all().item<bool>());
  }
};

QTEST_APPLESS_MAIN(GgufTest)
#include "gguf_test.moc"
