#include <ATen/ATen.h>

#include <QtTest>

#include "core/base/atomic_file.h"
#include "core/model/tensor_file.h"
#include "tests/support/throws.h"

using namespace bitscape;
using test::errorOf;

class SafetensorsTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

  std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }
  // A file by hand: `header` with the data behind it.
  std::string handmade(const std::string& name, const std::string& header, const std::string& data) const {
    const std::uint64_t size = header.size();
    writeFileAtomically(path(name), std::string(reinterpret_cast<const char*>(&size), 8) + header + data);
    return path(name);
  }

 private Q_SLOTS:
  void everyTypeComesBack() {
    std::vector<std::pair<std::string, Tensor>> tensors;
    for (const auto type : {at::kFloat, at::kHalf, at::kBFloat16, at::kByte, at::kChar, at::kShort, at::kInt, at::kLong, at::kBool}) {
      tensors.emplace_back(std::string("t.") + c10::toString(type),
                           at::arange(0, 15, at::kLong).view({3, 5}).remainder(type == at::kBool ? 2 : 100).to(type));
    }
    tensors.emplace_back("scalar", at::scalar_tensor(2.5f));
    tensors.emplace_back("empty", at::empty({0, 7}));
    tensors.emplace_back("transposed", at::arange(0, 6, at::kFloat).view({2, 3}).t());
    writeSafetensors(path("a.safetensors"), tensors, {{"format", "pt"}, {"note", "é"}});

    const auto file = openSafetensors(path("a.safetensors"));
    QCOMPARE(file->tensors().size(), tensors.size());
    for (const auto& [name, tensor] : tensors) {
      const TensorInfo* info = file->find(name);
      QVERIFY2(info != nullptr, name.c_str());
      QCOMPARE(info->shape, tensor.sizes().vec());
      QCOMPARE(info->offset % static_cast<std::uint64_t>(tensor.element_size()), std::uint64_t{0});
      QCOMPARE(file->loadNative(name)->scalar_type(), tensor.scalar_type());
      QVERIFY2(at::equal(*file->loadNative(name), tensor.contiguous()), name.c_str());
      QVERIFY2(at::equal(file->load(name), tensor.to(at::kFloat)), name.c_str());
    }
    QCOMPARE(safetensorsMetadata(path("a.safetensors")), (std::map<std::string, std::string>{{"format", "pt"}, {"note", "é"}}));
  }

  // Loaded tensors own their memory: they outlive the file.
  void tensorsOutliveTheFile() {
    writeSafetensors(path("b.safetensors"), {{"w", at::ones({1000})}}, {});
    Tensor native, decoded;
    {
      const auto file = openSafetensors(path("b.safetensors"));
      native = *file->loadNative("w");
      decoded = file->load("w");
    }
    QCOMPARE(native.sum().item<float>(), 1000.0f);
    QCOMPARE(decoded.sum().item<float>(), 1000.0f);
  }

  void unalignedDataIsRead() {
    const float value = 1.25f;
    const std::string bytes(reinterpret_cast<const char*>(&value), 4);
    for (std::size_t shift = 1; shift <= 8; ++shift) {
      const std::string s = std::to_string(shift), e = std::to_string(shift + 4);
      const auto file = openSafetensors(handmade("u.safetensors",
                                                 R"({"a":{"dtype":"U8","shape":[)" + s + R"(],"data_offsets":[0,)" + s +
                                                     R"(]},"w":{"dtype":"F32","shape":[1],"data_offsets":[)" + s + "," + e + "]}}",
                                                 std::string(shift, 'x') + bytes));
      QCOMPARE(file->load("w").item<float>(), 1.25f);
      QCOMPARE(file->loadNative("w")->item<float>(), 1.25f);
    }
  }

  void rareTypes() {
    const auto file = openSafetensors(handmade("r.safetensors", R"({"f8":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]},
      "f5":{"dtype":"F8_E5M2","shape":[2],"data_offsets":[2,4]}, "f4":{"dtype":"F4","shape":[4],"data_offsets":[4,6]},
      "u16":{"dtype":"U16","shape":[1],"data_offsets":[6,8]}, "u64":{"dtype":"U64","shape":[1],"data_offsets":[8,16]}}   )",
                                               std::string("\x38\xC0\x3C\xC0\x12\x34\xFF\xFF", 8) + std::string("\5\0\0\0\0\0\0\0", 8)));
    QVERIFY(at::equal(file->load("f8"), at::tensor({1.0f, -2.0f})));
    QVERIFY(at::equal(file->load("f5"), at::tensor({1.0f, -2.0f})));
    QCOMPARE(file->load("u16").item<float>(), 65535.0f);
    QCOMPARE(file->load("u64").item<float>(), 5.0f);
    QCOMPARE(file->find("f4")->bytes, std::uint64_t{2});
    QVERIFY(!file->loadNative("f4"));
    QVERIFY(errorOf([&] { file->load("f4"); }).find("stored as F4") != std::string::npos);
    QVERIFY(errorOf([&] { file->load("none"); }).find("holds no tensor \"none\"") != std::string::npos);
  }

  void shardsAreOne() {
    QDir(m_folder.path()).mkdir("sharded");
    writeSafetensors(path("sharded/model-00001-of-00002.safetensors"), {{"a", at::ones({3})}, {"unlisted", at::ones({1})}}, {});
    writeSafetensors(path("sharded/model-00002-of-00002.safetensors"), {{"b", at::zeros({2})}}, {});
    writeFileAtomically(
        path("sharded/model.safetensors.index.json"),
        R"({"metadata":{"total_size":20},"weight_map":{"b":"model-00002-of-00002.safetensors","a":"model-00001-of-00002.safetensors"}})");
    for (const char* entry : {"sharded", "sharded/model.safetensors.index.json"}) {
      const auto source = openSafetensors(path(entry));
      QCOMPARE(source->files().size(), std::size_t{2});
      QCOMPARE(source->tensors().size(), std::size_t{2});
      QCOMPARE(source->load("a").sum().item<float>(), 3.0f);
      QCOMPARE(source->load("b").numel(), std::int64_t{2});
    }
  }

  void folders() {
    QDir(m_folder.path()).mkdir("folder");
    QVERIFY(errorOf([&] { openSafetensors(path("folder")); }).find("holds 0 .safetensors files") != std::string::npos);
    writeSafetensors(path("folder/weights.safetensors"), {{"a", at::ones({3})}}, {});
    QCOMPARE(openSafetensors(path("folder"))->tensors().size(), std::size_t{1});
    writeSafetensors(path("folder/more.safetensors"), {{"a", at::ones({3})}}, {});
    QVERIFY(errorOf([&] { openSafetensors(path("folder")); }).find("holds 2 .safetensors files") != std::string::npos);
    writeSafetensors(path("folder/model.safetensors"), {{"b", at::ones({3})}}, {});
    QVERIFY(openSafetensors(path("folder"))->find("b") != nullptr);
  }

  void failedWritesLeaveNothing() {
    QDir(m_folder.path()).mkdir("target");
    QVERIFY(errorOf([&] {
              writeSafetensors(path("target/a.safetensors"), {{"c", at::zeros({1}, at::kComplexFloat)}}, {});
            }).find("cannot be written") != std::string::npos);
    QVERIFY(errorOf([&] {
              writeSafetensors(path("target/a.safetensors"), {{"a", at::ones({1})}, {"a", at::ones({1})}}, {});
            }).find("\"a\" is taken") != std::string::npos);
    QVERIFY(QDir(m_folder.filePath("target")).isEmpty());
    // A file that is replaced while it is open keeps its old contents for those who mapped it.
    writeSafetensors(path("target/a.safetensors"), {{"a", at::ones({1})}}, {});
    const auto file = openSafetensors(path("target/a.safetensors"));
    writeSafetensors(path("target/a.safetensors"), {{"a", at::zeros({1})}}, {});
    QCOMPARE(file->load("a").item<float>(), 1.0f);
    QCOMPARE(openSafetensors(path("target/a.safetensors"))->load("a").item<float>(), 0.0f);
  }
};

QTEST_APPLESS_MAIN(SafetensorsTest)
#include "safetensors_test.moc"
