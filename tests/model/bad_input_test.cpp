// Damaged and hostile model files: each is refused with a sentence that names the file and the place; none crashes or takes memory.
//
// A table of cases made in memory, then a fuzz loop over mutations of small valid files. Run under the sanitizers as well.
#include <sys/resource.h>

#include <QtTest>
#include <fstream>
#include <random>

#include "core/base/json.h"
#include "core/model/gguf_file.h"
#include "core/model/tensor_file.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/throws.h"

using namespace bitscape;
using test::ByteWriter;
using test::errorOf;
using test::GgufWriter;

namespace {

constexpr std::uint64_t kHuge = 1000000000000000000;

std::string safetensors(const std::string& header, std::size_t dataSize = 0) {
  return ByteWriter().string(header).raw(std::string(dataSize, '\1')).bytes();
}

// One entry "w" and a file that fits `dataSize`.
std::string oneTensor(const std::string& type, const std::string& shape, const std::string& offsets, std::size_t dataSize) {
  return safetensors("{\"w\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}", dataSize);
}

std::string goodSafetensors() {
  return safetensors(
      R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]}})",
      22);
}

std::string goodGguf() {
  return GgufWriter()
      .string("general.architecture", "llama")
      .u32("llama.block_count", 1)
      .f32("f", 1.0f)
      .boolean("b", true)
      .strings("tokens", {"a", "bc"})
      .integers("types", {1, 2})
      .tensorF32("w", {2, 2}, {1, 2, 3, 4})
      .tensor("q", {1, 32}, 3, std::string(20, '\1'))
      .bytes();
}

// A metadata section with one raw entry.
std::string oneKey(std::uint32_t type, const std::string& value) { return GgufWriter().rawKey("key", type, value).bytes(); }
std::string arrayHead(std::uint32_t type, std::uint64_t count) { return ByteWriter().number(type).number(count).bytes(); }
std::string cut(const std::string& bytes, std::size_t size) { return bytes.substr(0, size); }

std::string withBytes(std::string bytes, std::size_t at, const std::string& replacement) {
  return bytes.replace(at, replacement.size(), replacement);
}

void writeFile(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

void openAny(const std::string& path) {
  if (path.ends_with(".gguf"))
    GgufFile::open(path);
  else if (path.ends_with(".json") && !path.ends_with(".index.json"))
    readJson(path);
  else
    openSafetensors(path);
}

// Everything that a caller could ask of an opened file.
void readAll(const TensorSource& source) {
  for (const TensorInfo& info : source.tensors()) {
    source.find(info.name);
    source.loadNative(info.name);
    errorOf([&] { source.load(info.name); });  // a type that cannot be decoded is an Error, not a fault
  }
}

long peakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

}  // namespace

class BadInputTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }

 private Q_SLOTS:
  void initTestCase() {
    // What the cases and mutations start from is valid.
    writeFile(path("good.safetensors"), goodSafetensors());
    writeFile(path("good.gguf"), goodGguf());
    readAll(*openSafetensors(path("good.safetensors")));
    readAll(*GgufFile::open(path("good.gguf")));
  }

  void refusedWithASentence_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QStringList>("expected");
    const auto add = [](const char* row, const char* name, const std::string& bytes, const QStringList& expected) {
      QTest::newRow(row) << QByteArray(name) << QByteArray::fromStdString(bytes) << expected;
    };

    // clang-format off
    // safetensors: the length and the JSON of the header.
    const char* st = "bad.safetensors";
    const std::string good = goodSafetensors();
    add("st empty", st, "", {"0 bytes", "download"});
    add("st seven bytes", st, cut(good, 7), {"7 bytes"});
    add("st length alone", st, cut(good, 8), {"header claims", "but the file has 8"});
    add("st header cut", st, cut(good, 60), {"header claims", "but the file has 60"});
    add("st data missing", st, cut(good, good.size() - 22), {"\"a\" ends at byte 16", "file has 0"});
    add("st data cut", st, cut(good, good.size() - 1), {"\"b\" ends at byte 22", "file has 21"});
    add("st trailing byte", st, good + "x", {"1 bytes follow after the last tensor"});
    add("st length 2^64 - 1", st, ByteWriter().number(~0ull).raw("{}").bytes(), {"header claims 18446744073709551615", "100000000"});
    add("st length 10^18", st, ByteWriter().number(kHuge).raw("{}").bytes(), {"header claims 1000000000000000000"});
    add("st length above the limit", st, ByteWriter().number<std::uint64_t>(100000001).raw("{}").bytes(), {"at most 100000000"});
    add("st length 0", st, ByteWriter().number<std::uint64_t>(0).bytes(), {"does not begin with \"{\""});
    add("st leading space", st, safetensors(" {}"), {"does not begin with \"{\""});
    add("st array", st, safetensors("[]"), {"does not begin with \"{\""});
    add("st a GGUF inside", st, goodGguf(), {"header claims"});
    add("st broken JSON", st, safetensors("{\"w\":}"), {"line 1, column 6", "not valid JSON"});
    add("st zero padding", st, safetensors(std::string("{}\0\0", 4)), {"not valid JSON"});
    add("st invalid UTF-8", st, safetensors("{\"\xFF\":{}}"), {"UTF-8"});
    add("st overlong UTF-8", st, safetensors("{\"\xC0\x80\":{}}"), {"UTF-8"});
    add("st duplicate tensor", st,
        safetensors(R"({"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2), {"\"w\" occurs twice"});
    add("st duplicate field", st, safetensors(R"({"w":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}})", 1), {"\"dtype\" occurs twice"});
    add("st deep nesting", st, safetensors("{\"w\":" + std::string(100000, '[')), {"deeper than 8"});
    add("st metadata number", st, safetensors(R"({"__metadata__":{"n":1}})"), {"__metadata__", "\"n\" is not a string"});
    add("st metadata array", st, safetensors(R"({"__metadata__":[]})"), {"\"__metadata__\" is not an object"});
    // safetensors: one entry.
    add("st entry number", st, safetensors(R"({"w":3})"), {"\"w\" is not described by an object"});
    add("st no dtype", st, safetensors(R"({"w":{"shape":[1],"data_offsets":[0,1]}})", 1), {"\"w\" has no text \"dtype\""});
    add("st unknown dtype", st, oneTensor("F7", "[1]", "[0,1]", 1), {"\"w\" has the dtype \"F7\"", "convert"});
    add("st no shape", st, safetensors(R"({"w":{"dtype":"U8","data_offsets":[0,1]}})", 1), {"no array \"shape\""});
    add("st shape text", st, oneTensor("U8", "[\"1\"]", "[0,1]", 1), {"\"shape\" is \"1\"", "integer"});
    add("st shape negative", st, oneTensor("U8", "[-1]", "[0,1]", 1), {"is -1"});
    add("st shape fraction", st, oneTensor("U8", "[1.5]", "[0,1]", 1), {"is 1.5"});
    add("st shape beyond 64 bits", st, oneTensor("U8", "[18446744073709551615]", "[0,1]", 1), {"18446744073709551615"});
    add("st 10^18 elements", st, oneTensor("U8", "[1000000000000000000]", "[0,1]", 1), {"\"w\" occupies 1 bytes", "need 1000000000000000000"});
    add("st 10^17 elements", st, oneTensor("U8", "[100000000000000000]", "[0,100000000000000000]", 1), {"ends at byte 100000000000000000", "file has 1"});
    add("st shape overflows", st, oneTensor("F32", "[4294967296,4294967296]", "[0,0]", 0), {"2^63 bits"});
    add("st shape overflows to 0", st, oneTensor("U8", "[4611686018427387904,4]", "[0,0]", 0), {"2^63 bits"});
    add("st too many dimensions", st, oneTensor("U8", "[1" + [] { std::string s; for (int i = 0; i < 64; ++i) s += ",1"; return s; }() + "]", "[0,1]", 1), {"65 dimensions"});
    add("st half a byte", st, oneTensor("F4", "[3]", "[0,2]", 2), {"12 bits", "no whole bytes"});
    add("st no offsets", st, safetensors(R"({"w":{"dtype":"U8","shape":[1]}})", 1), {"no array \"data_offsets\""});
    add("st three offsets", st, oneTensor("U8", "[1]", "[0,1,2]", 1), {"has 3 numbers"});
    add("st offsets reversed", st, oneTensor("U8", "[1]", "[1,0]", 1), {"before it begins"});
    add("st offset negative", st, oneTensor("U8", "[1]", "[-1,0]", 1), {"its begin is -1"});
    add("st offset text", st, oneTensor("U8", "[1]", "[0,\"1\"]", 1), {"its end is \"1\""});
    add("st offsets against shape", st, oneTensor("F32", "[2]", "[0,4]", 4), {"occupies 4 bytes", "need 8"});
    add("st hole at the start", st, oneTensor("U8", "[1]", "[1,2]", 2), {"\"w\" begins at byte 1", "hole"});
    add("st hole", st, safetensors(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})", 3), {"\"b\" begins at byte 2", "hole"});
    add("st overlap", st, safetensors(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", 3), {"\"b\" begins at byte 1", "overlap"});
    add("st offsets near 2^63", st, oneTensor("U8", "[1]", "[9223372036854775806,9223372036854775807]", 1), {"begins at byte 9223372036854775806"});

    // The index of shards ("good.safetensors" with tensors a and b lies beside it).
    const char* index = "bad.safetensors.index.json";
    add("index empty", index, "", {"not valid JSON"});
    add("index cut", index, "{\"weight_map\":{\"a\":\"good.safet", {"not valid JSON"});
    add("index array", index, "[]", {"is an array"});
    add("index without map", index, "{}", {"\"weight_map\" is missing"});
    add("index map text", index, R"({"weight_map":"x"})", {"\"weight_map\" is a string"});
    add("index map empty", index, R"({"weight_map":{}})", {"\"weight_map\" is empty"});
    add("index shard number", index, R"({"weight_map":{"a":1}})", {"gives \"a\" no file name"});
    add("index climbs", index, R"({"weight_map":{"a":"../good.safetensors"}})", {"names the shard \"../good.safetensors\"", "without \"..\""});
    add("index climbs inside", index, R"({"weight_map":{"a":"x/../../good.safetensors"}})", {"without \"..\""});
    add("index absolute", index, R"({"weight_map":{"a":"/etc/passwd"}})", {"names the shard \"/etc/passwd\""});
    add("index shard nameless", index, R"({"weight_map":{"a":""}})", {"names the shard \"\""});
    add("index shard with NUL", index, R"({"weight_map":{"a":"good.safetensors\u0000x"}})", {"names the shard"});
    add("index shard missing", index, R"({"weight_map":{"a":"gone.safetensors"}})", {"\"gone.safetensors\", which is not beside it", "download"});
    add("index tensor missing", index, R"({"weight_map":{"a":"good.safetensors","c":"good.safetensors"}})", {"\"c\" is missing in its shard"});
    add("index duplicate", index, R"({"weight_map":{"a":"good.safetensors","a":"good.safetensors"}})", {"\"a\" occurs twice"});
    add("index total text", index, R"({"metadata":{"total_size":"many"},"weight_map":{"a":"good.safetensors"}})", {"\"total_size\" is a string"});
    add("index shard is no safetensors", index, R"({"weight_map":{"a":"good.gguf"}})", {"good.gguf", "header claims"});

    // GGUF: the head.
    const char* gg = "bad.gguf";
    const std::string gguf = goodGguf();
    add("gguf empty", gg, "", {"no GGUF file"});
    add("gguf magic cut", gg, cut(gguf, 3), {"no GGUF file"});
    add("gguf magic wrong", gg, withBytes(gguf, 0, "GGML"), {"no GGUF file"});
    add("gguf version cut", gg, cut(gguf, 6), {"ends at byte 6", "the version"});
    add("gguf version 1", gg, withBytes(gguf, 4, std::string("\1\0\0\0", 4)), {"version 1", "2 and 3"});
    add("gguf version 99", gg, withBytes(gguf, 4, std::string("\x63\0\0\0", 4)), {"version 99"});
    add("gguf big-endian", gg, withBytes(gguf, 4, std::string("\0\0\0\3", 4)), {"big-endian"});
    add("gguf counts cut", gg, cut(gguf, 20), {"number of tensors is 2", "4 bytes that follow"});
    add("gguf 10^18 tensors", gg, GgufWriter().bytes(3, kHuge, 0), {"number of tensors is 1000000000000000000"});
    add("gguf 10^18 keys", gg, GgufWriter().bytes(3, 0, kHuge), {"number of metadata keys is 1000000000000000000"});
    add("gguf 2^64 - 1 tensors", gg, GgufWriter().bytes(3, ~0ull, 0), {"number of tensors is 18446744073709551615"});
    add("gguf one tensor too many", gg, GgufWriter().tensorF32("w", {1}, {1}).bytes(3, 2, 0), {"a tensor's name at byte 57 is empty"});
    add("gguf keys missing", gg, GgufWriter().u32("a", 1).tensorF32("w", {8}, std::vector<float>(8)).bytes(3, 1, 2), {"a tensor's name", "is empty"});
    // GGUF: metadata.
    add("gguf key cut", gg, cut(GgufWriter().u32("alpha", 1).u32("beta", 2).bytes(), 50), {"ends at byte 50 within a metadata key"});
    add("gguf key length 10^18", gg, withBytes(gguf, 24, ByteWriter().number(kHuge).bytes()), {"a metadata key at byte 24 claims 1000000000000000000"});
    add("gguf key not UTF-8", gg, GgufWriter().u32("a\xFF", 1).bytes(), {"metadata key", "not UTF-8 from its byte 1"});
    add("gguf key twice", gg, GgufWriter().u32("a", 1).u32("a", 2).bytes(), {"\"a\" occurs twice"});
    add("gguf key too long", gg, GgufWriter().u32(std::string(70000, 'k'), 1).bytes(), {"70000 bytes", "65535"});
    add("gguf value type", gg, oneKey(13, "    "), {"\"key\"", "is 13", "0 to 12"});
    add("gguf value cut", gg, oneKey(GgufWriter::U64, "1234567"), {"\"key\"", "within a number"});
    add("gguf bool 2", gg, oneKey(GgufWriter::Bool, "\2"), {"\"key\"", "is 2", "0 or 1"});
    add("gguf string 10^18", gg, oneKey(GgufWriter::String, ByteWriter().number(kHuge).bytes()), {"\"key\"", "claims 1000000000000000000"});
    add("gguf string not UTF-8", gg, GgufWriter().string("key", "\xC3").bytes(), {"\"key\"", "not UTF-8"});
    add("gguf array nested", gg, oneKey(GgufWriter::Array, arrayHead(GgufWriter::Array, 1)), {"\"key\"", "arrays within arrays"});
    add("gguf array type", gg, oneKey(GgufWriter::Array, arrayHead(77, 1)), {"\"key\"", "is 77"});
    add("gguf array 10^18 numbers", gg, oneKey(GgufWriter::Array, arrayHead(GgufWriter::U8, kHuge)), {"\"key\"", "claims 1000000000000000000"});
    add("gguf array 10^18 strings", gg, oneKey(GgufWriter::Array, arrayHead(GgufWriter::String, kHuge)), {"\"key\"", "claims 1000000000000000000"});
    add("gguf array size overflows", gg, oneKey(GgufWriter::Array, arrayHead(GgufWriter::U64, std::uint64_t{1} << 61)), {"\"key\"", "claims 2305843009213693952"});
    add("gguf array one short", gg, oneKey(GgufWriter::Array, arrayHead(GgufWriter::U32, 2) + "1234567"), {"\"key\"", "claims 2 values"});
    add("gguf array string cut", gg, oneKey(GgufWriter::Array, arrayHead(GgufWriter::String, 1) + ByteWriter().number(std::uint64_t{5}).raw("abc").bytes()), {"\"key\"", "claims 5 bytes, 3 are left"});
    add("gguf array number too large", gg, oneKey(GgufWriter::Array, arrayHead(GgufWriter::U64, 1) + std::string(8, '\xFF')), {"\"key\"", "18446744073709551615"});
    add("gguf alignment 0", gg, GgufWriter().u32("general.alignment", 0).bytes(), {"\"general.alignment\" is 0", "power of two"});
    add("gguf alignment 48", gg, GgufWriter().u32("general.alignment", 48).bytes(), {"\"general.alignment\" is 48"});
    add("gguf alignment 2^31", gg, GgufWriter().u32("general.alignment", 1u << 31).bytes(), {"\"general.alignment\" is 2147483648"});
    add("gguf alignment text", gg, GgufWriter().string("general.alignment", "32").bytes(), {"no integer"});
    // GGUF: the list of tensors.
    add("gguf name length", gg, GgufWriter().tensorF32(std::string(64, 'n'), {1}, {1}).bytes(), {"64 bytes", "at most 63"});
    add("gguf name empty", gg, GgufWriter().tensorF32("", {1}, {1}).bytes(), {"a tensor's name", "is empty"});
    add("gguf key empty", gg, GgufWriter().u32("", 1).bytes(), {"a metadata key at byte 24 is empty"});
    add("gguf name not UTF-8", gg, GgufWriter().tensorF32("w\xED\xA0\x80", {1}, {1}).bytes(), {"tensor's name", "not UTF-8"});
    add("gguf name twice", gg, GgufWriter().tensorF32("w", {1}, {1}).tensorF32("w", {1}, {1}).bytes(), {"\"w\" occurs twice"});
    add("gguf five dimensions", gg, GgufWriter().tensorF32("w", {1, 1, 1, 1, 1}, {1}).bytes(), {"\"w\" has 5 dimensions"});
    add("gguf negative extent", gg, GgufWriter().tensorF32("w", {2, -1}, {1}).bytes(), {"\"w\" has the extent -1"});
    add("gguf 10^18 elements", gg, GgufWriter().tensorF32("w", {1000000000000000000}, {1}).bytes(), {"\"w\" needs 4000000000000000000 bytes"});
    add("gguf elements overflow", gg, GgufWriter().tensorF32("w", {4000000000, 4000000000}, {1}).bytes(), {"\"w\" has more than 2^63 elements"});
    add("gguf elements overflow to 0", gg, GgufWriter().tensorF32("w", {1LL << 32, 1LL << 32}, {1}).bytes(), {"\"w\" has more than 2^63 elements"});
    add("gguf bytes overflow", gg, GgufWriter().tensorF32("w", {1LL << 62}, {1}).bytes(), {"\"w\" has more than 2^63 bytes"});
    add("gguf type withdrawn", gg, GgufWriter().tensor("w", {32}, 4, std::string(20, 'x')).bytes(), {"\"w\" has the type 4"});
    add("gguf type unknown", gg, GgufWriter().tensor("w", {32}, 4000000000u, std::string(20, 'x')).bytes(), {"\"w\" has the type 4000000000"});
    add("gguf row no multiple", gg, GgufWriter().tensor("w", {2, 48}, 2, std::string(54, 'x')).bytes(), {"rows of 48 elements", "multiple of 32"});
    add("gguf offset not aligned", gg, GgufWriter().rawTensor("w", {1}, 0, 4, std::string(8, 'x')).bytes(), {"\"w\" begins at offset 4", "multiple of 32"});
    add("gguf offset outside", gg, GgufWriter().rawTensor("w", {1}, 0, 1 << 20, std::string(8, 'x')).bytes(), {"\"w\" needs 4 bytes from offset 1048576"});
    add("gguf offset near 2^64", gg, GgufWriter().rawTensor("w", {1}, 0, ~0ull - 31, std::string(8, 'x')).bytes(), {"\"w\" needs 4 bytes from offset 18446744073709551584"});
    add("gguf tensor cut", gg, cut(gguf, gguf.size() - 1), {"\"q\" needs 20 bytes"});
    add("gguf no data at all", gg, cut(gguf, gguf.size() - 52), {"\"w\" needs 16 bytes", "download"});
    add("gguf overlap", gg, GgufWriter().rawTensor("a", {16}, 0, 0, std::string(64, 'x')).rawTensor("b", {8}, 0, 32, "").bytes(), {"\"a\" and \"b\" overlap"});
    add("gguf list cut", gg, cut(GgufWriter().tensorF32("w", {1}, {1}).bytes(), 50), {"ends at byte 50"});
    add("gguf too many parts", gg, GgufWriter().i32("split.count", 2000000000).bytes(), {"\"split.count\" is 2000000000"});
    add("gguf parts negative text", gg, GgufWriter().string("split.count", "2").bytes(), {"\"split.count\" is not an integer"});

    // JSON files.
    const char* json = "bad.json";
    add("json empty", json, "", {"line 1, column 1"});
    add("json cut", json, "{\"a\": [1, 2", {"line 1", "not valid JSON"});
    add("json deep", json, std::string(1000000, '['), {"deeper than 64"});
    add("json deep objects", json, [] { std::string s; for (int i = 0; i < 100; ++i) s += "{\"a\":"; return s; }(), {"deeper than 64"});
    add("json duplicate", json, "{\"a\":1,\"b\":2,\"a\":3}", {"\"a\" occurs twice"});
    add("json UTF-8", json, "{\n\"a\": \"\xF5\"}", {"line 2", "UTF-8"});
    add("json UTF-16", json, std::string("\xFF\xFE{\0}\0", 6), {"not valid JSON"});
    add("json NUL", json, std::string("{}\0", 3), {"not valid JSON"});
    add("json control character", json, "[\"a\nb\"]", {"not valid JSON"});
    // clang-format on
  }
  void refusedWithASentence() {
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, bytes);
    QFETCH(QStringList, expected);
    writeFile(path(name.toStdString()), bytes.toStdString());
    QElapsedTimer timer;
    timer.start();
    const QString message = QString::fromStdString(errorOf([&] { openAny(path(name.toStdString())); }));
    if (!expected.front().startsWith("good.")) expected.append(name);  // a bad shard is named instead of its index
    for (const QString& part : expected) {
      QVERIFY2(message.contains(part), qPrintable("\"" + part + "\" is not in: " + message));
    }
    QVERIFY2(timer.elapsed() < 2000, "a claim must be refused before it costs anything");
  }

  // The claims of 10^18 above took no memory: neither reserved nor touched.
  void nothingWasAllocated() { QVERIFY2(peakMegabytes() < 1500, QByteArray::number(qlonglong(peakMegabytes())).constData()); }

  void mutationsOpenOrFail_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("gguf") << QByteArray("m.gguf") << QByteArray::fromStdString(goodGguf());
    QTest::newRow("safetensors") << QByteArray("m.safetensors") << QByteArray::fromStdString(goodSafetensors());
  }
  void mutationsOpenOrFail() {
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, bytes);
    std::mt19937 random(20261122);
    const auto below = [&](std::size_t n) { return std::size_t{random()} % n; };
    int opened = 0, refused = 0;
    const auto attempt = [&](const std::string& mutant) {
      writeFile(path(name.toStdString()), mutant);
      try {
        if (name.endsWith(".gguf"))
          readAll(*GgufFile::open(path(name.toStdString())));
        else
          readAll(*openSafetensors(path(name.toStdString())));
        ++opened;
      } catch (const Error& error) {
        QVERIFY2(QByteArray(error.what()).contains(name) || QByteArray(error.what()).contains("tensor"), error.what());
        ++refused;
      }
    };
    const std::string good = bytes.toStdString();
    for (std::size_t size = 0; size < good.size(); ++size) attempt(good.substr(0, size));
    for (int round = 0; round < 600; ++round) {
      std::string mutant = good;
      for (std::size_t flips = 1 + below(4); flips > 0; --flips) mutant[below(mutant.size())] = static_cast<char>(random());
      if (round % 5 == 0) mutant[below(mutant.size())] = '\xFF';
      if (round % 7 == 0) mutant.erase(below(mutant.size()), 1 + below(8));
      if (round % 11 == 0) mutant.insert(below(mutant.size()), std::string(1 + below(8), static_cast<char>(random())));
      attempt(mutant);
    }
    QVERIFY2(opened > 0 && refused > 300, qPrintable(QString("%1 opened, %2 refused").arg(opened).arg(refused)));
  }
};

QTEST_APPLESS_MAIN(BadInputTest)
#include "bad_input_test.moc"
