#include "core/model/gguf_reader.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/base/utf8.h"
#include "core/model/ggml_blocks.h"

namespace bitscape {
namespace {

static_assert(std::endian::native == std::endian::little, "GGUF files are little-endian and read as they lie");

constexpr const char* kRemedy = "; the file is damaged or cut off: download it again";
constexpr std::uint64_t kMaxArray = std::uint64_t{1} << 26;  // far above any vocabulary
constexpr std::size_t kMaxKeyLength = 65535, kMaxTensorNameLength = 63, kMaxDimensions = 4;
// What the smallest entry occupies: key length, value type, value; name length, dimension count, type, offset.
constexpr std::uint64_t kMinKeyBytes = 8 + 4 + 1, kMinTensorBytes = 8 + 4 + 4 + 8;

enum class ValueType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };

[[noreturn]] void fail(const std::string& what) { throw Error(what + kRemedy); }

// Reads numbers and strings one after the other and never past the end.
class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes) : m_bytes(bytes) {}

  std::size_t position() const { return m_position; }
  std::uint64_t left() const { return m_bytes.size() - m_position; }

  template <class Number>
  Number number(const char* what) {
    Number value;
    std::memcpy(&value, take(sizeof value, what), sizeof value);
    return value;
  }

  std::string_view string(const char* what, std::uint64_t maxLength = std::numeric_limits<std::uint64_t>::max()) {
    const std::size_t start = m_position;
    const auto length = number<std::uint64_t>(what);
    if (length > left()) {
      fail(std::string(what) + " at byte " + std::to_string(start) + " claims " + std::to_string(length) + " bytes, " +
           std::to_string(left()) + " are left in the file");
    }
    if (length > maxLength) {
      fail(std::string(what) + " at byte " + std::to_string(start) + " has " + std::to_string(length) + " bytes, at most " +
           std::to_string(maxLength) + " are allowed");
    }
    return {reinterpret_cast<const char*>(take(length, what)), static_cast<std::size_t>(length)};
  }

  // A string that people will see.
  std::string_view text(const char* what, std::uint64_t maxLength = std::numeric_limits<std::uint64_t>::max()) {
    const std::size_t start = m_position;
    const std::string_view value = string(what, maxLength);
    if (const auto invalid = firstInvalidUtf8(value)) {
      fail(std::string(what) + " at byte " + std::to_string(start) + " is not UTF-8 from its byte " + std::to_string(*invalid) + " on");
    }
    return value;
  }

  // A key or a tensor's name: not empty either.
  std::string_view name(const char* what, std::uint64_t maxLength) {
    const std::size_t start = m_position;
    const std::string_view value = text(what, maxLength);
    if (value.empty()) fail(std::string(what) + " at byte " + std::to_string(start) + " is empty");
    return value;
  }

 private:
  const std::byte* take(std::uint64_t size, const char* what) {
    if (size > left()) {
      fail("the file ends at byte " + std::to_string(m_bytes.size()) + " within " + what + ", which begins at byte " +
           std::to_string(m_position));
    }
    const std::byte* data = m_bytes.data() + m_position;
    m_position += static_cast<std::size_t>(size);
    return data;
  }

  std::span<const std::byte> m_bytes;
  std::size_t m_position = 0;
};

std::uint64_t sizeOf(ValueType type) {
  switch (type) {
    case ValueType::U8:
    case ValueType::I8:
    case ValueType::Bool:
      return 1;
    case ValueType::U16:
    case ValueType::I16:
      return 2;
    case ValueType::U32:
    case ValueType::I32:
    case ValueType::F32:
      return 4;
    default:
      return 8;  // numbers of 64 bits; a string is at least its length
  }
}

bool readBool(Cursor& cursor) {
  const auto value = cursor.number<std::uint8_t>("a truth value");
  if (value > 1)
    fail("a truth value at byte " + std::to_string(cursor.position() - 1) + " is " + std::to_string(value) + ", 0 or 1 is allowed");
  return value == 1;
}

// Any whole or fractional number; the text names what stands there in messages.
std::uint64_t readWhole(Cursor& cursor, ValueType type, const char* what) {
  switch (type) {
    case ValueType::U8:
      return cursor.number<std::uint8_t>(what);
    case ValueType::I8:
      return static_cast<std::uint64_t>(std::int64_t{cursor.number<std::int8_t>(what)});
    case ValueType::U16:
      return cursor.number<std::uint16_t>(what);
    case ValueType::I16:
      return static_cast<std::uint64_t>(std::int64_t{cursor.number<std::int16_t>(what)});
    case ValueType::U32:
      return cursor.number<std::uint32_t>(what);
    case ValueType::I32:
      return static_cast<std::uint64_t>(std::int64_t{cursor.number<std::int32_t>(what)});
    default:
      return cursor.number<std::uint64_t>(what);
  }
}

double readFraction(Cursor& cursor, ValueType type, const char* what) {
  return type == ValueType::F32 ? cursor.number<float>(what) : cursor.number<double>(what);
}

ValueType readType(Cursor& cursor, const char* what) {
  const std::size_t start = cursor.position();
  const auto id = cursor.number<std::uint32_t>(what);
  if (id > static_cast<std::uint32_t>(ValueType::F64)) {
    fail(std::string(what) + " at byte " + std::to_string(start) + " is " + std::to_string(id) + ", 0 to 12 are known");
  }
  return static_cast<ValueType>(id);
}

GgufArray readArray(Cursor& cursor) {
  const ValueType type = readType(cursor, "an array's value type");
  if (type == ValueType::Array) throw Error("arrays within arrays are not supported; convert the model again without them");
  const std::size_t start = cursor.position();
  const auto count = cursor.number<std::uint64_t>("an array's length");
  if (count > cursor.left() / sizeOf(type) || count > kMaxArray) {
    fail("the array at byte " + std::to_string(start) + " claims " + std::to_string(count) + " values; the " +
         std::to_string(cursor.left()) + " bytes left in the file hold fewer, or they are more than the " + std::to_string(kMaxArray) +
         " allowed");
  }
  const auto fill = [&]<class Value>(std::vector<Value> values, auto read) -> GgufArray {
    values.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; i < count; ++i) values.push_back(read());
    return values;
  };
  switch (type) {
    case ValueType::String:
      return fill(std::vector<std::string_view>(), [&] { return cursor.string("a string of an array"); });
    case ValueType::Bool:
      return fill(std::vector<bool>(), [&] { return readBool(cursor); });
    case ValueType::F32:
    case ValueType::F64:
      return fill(std::vector<double>(), [&] { return readFraction(cursor, type, "a number of an array"); });
    default:
      return fill(std::vector<std::int64_t>(), [&] {
        const std::uint64_t value = readWhole(cursor, type, "a number of an array");
        if (type == ValueType::U64 && value > static_cast<std::uint64_t>(INT64_MAX)) {
          fail("the array at byte " + std::to_string(start) + " holds " + std::to_string(value) + ", at most 2^63 - 1 is allowed");
        }
        return static_cast<std::int64_t>(value);
      });
  }
}

GgufValue readValue(Cursor& cursor) {
  const ValueType type = readType(cursor, "a value's type");
  switch (type) {
    case ValueType::String:
      return cursor.text("a string value");
    case ValueType::Array:
      return readArray(cursor);
    case ValueType::Bool:
      return readBool(cursor);
    case ValueType::F32:
    case ValueType::F64:
      return readFraction(cursor, type, "a number");
    default: {
      const std::uint64_t value = readWhole(cursor, type, "a number");
      if (type == ValueType::U64 && value > static_cast<std::uint64_t>(INT64_MAX)) return value;
      return static_cast<std::int64_t>(value);
    }
  }
}

void readVersion(Cursor& cursor) {
  if (cursor.left() < 4 || cursor.number<std::uint32_t>("the magic number") != 0x46554747) {  // "GGUF"
    throw Error("it does not begin with \"GGUF\"; this is no GGUF file");
  }
  const auto version = cursor.number<std::uint32_t>("the version");
  if ((version & 0xFFFF) == 0 && version != 0) throw Error("it is a big-endian GGUF file; convert it to little-endian");
  if (version == 1) throw Error("it has GGUF version 1, versions 2 and 3 are supported; convert the model again");
  if (version != 2 && version != 3) throw Error("it has GGUF version " + std::to_string(version) + ", versions 2 and 3 are supported");
}

std::uint64_t readCount(Cursor& cursor, const char* what, std::uint64_t minBytes) {
  const auto count = cursor.number<std::uint64_t>(what);
  if (count > cursor.left() / minBytes) {
    fail(std::string(what) + " is " + std::to_string(count) + ", but the " + std::to_string(cursor.left()) +
         " bytes that follow hold at most " + std::to_string(cursor.left() / minBytes));
  }
  return count;
}

std::uint64_t alignmentOf(const GgufDirectory& directory) {
  const auto found = directory.metadata.find("general.alignment");
  if (found == directory.metadata.end()) return 32;
  const auto* value = std::get_if<std::int64_t>(&found->second);
  if (value == nullptr || *value <= 0 || *value > (1 << 20) || !std::has_single_bit(static_cast<std::uint64_t>(*value))) {
    fail("\"general.alignment\" is " + (value == nullptr ? "no integer" : std::to_string(*value)) +
         ", a power of two up to 2^20 is needed");
  }
  return static_cast<std::uint64_t>(*value);
}

// One entry of the tensor list; `offset` still counts from the start of the data.
TensorInfo readTensor(Cursor& cursor, std::uint64_t alignment) {
  TensorInfo tensor;
  tensor.name = cursor.name("a tensor's name", kMaxTensorNameLength);
  const std::string quoted = "tensor \"" + tensor.name + "\"";
  const auto dimensions = cursor.number<std::uint32_t>("a tensor's number of dimensions");
  if (dimensions > kMaxDimensions) {
    fail(quoted + " has " + std::to_string(dimensions) + " dimensions, at most " + std::to_string(kMaxDimensions) + " are allowed");
  }
  std::int64_t elements = 1;
  for (std::uint32_t i = 0; i < dimensions; ++i) {
    const auto extent = cursor.number<std::int64_t>("a tensor's shape");
    if (extent < 0) fail(quoted + " has the extent " + std::to_string(extent) + " in dimension " + std::to_string(i));
    if (__builtin_mul_overflow(elements, extent, &elements)) fail(quoted + " has more than 2^63 elements");
    tensor.shape.push_back(extent);
  }
  const std::int64_t rowLength = tensor.shape.empty() ? 1 : tensor.shape.front();
  std::reverse(tensor.shape.begin(), tensor.shape.end());  // the file's first extent is the contiguous one, PyTorch's last

  const auto id = cursor.number<std::uint32_t>("a tensor's type");
  const GgmlType* type = ggmlType(id);
  if (type == nullptr)
    throw Error(quoted + " has the type " + std::to_string(id) +
                ", which is unknown or withdrawn; convert the model again to a usual type");
  tensor.type = type->name;
  if (rowLength % type->elements != 0) {
    fail(quoted + " has rows of " + std::to_string(rowLength) + " elements, " + tensor.type + " needs a multiple of " +
         std::to_string(type->elements));
  }
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(elements / type->elements, type->bytes, &bytes)) fail(quoted + " has more than 2^63 bytes");
  tensor.bytes = static_cast<std::uint64_t>(bytes);

  tensor.offset = cursor.number<std::uint64_t>("a tensor's offset");
  if (tensor.offset % alignment != 0) {
    fail(quoted + " begins at offset " + std::to_string(tensor.offset) + ", a multiple of " + std::to_string(alignment) + " is needed");
  }
  return tensor;
}

// Turns offsets from the data's start into offsets in the file; every tensor must lie inside the file, on no other.
void placeTensors(std::vector<TensorInfo>& tensors, std::uint64_t dataStart, std::uint64_t fileSize) {
  for (TensorInfo& tensor : tensors) {
    const std::uint64_t room = fileSize > dataStart ? fileSize - dataStart : 0;
    if (tensor.offset > room || tensor.bytes > room - tensor.offset) {
      fail("tensor \"" + tensor.name + "\" needs " + std::to_string(tensor.bytes) + " bytes from offset " + std::to_string(tensor.offset) +
           " of the data, which has " + std::to_string(room) + " bytes");
    }
    tensor.offset += dataStart;
  }
  std::stable_sort(tensors.begin(), tensors.end(), [](const TensorInfo& a, const TensorInfo& b) { return a.offset < b.offset; });
  const TensorInfo* previous = nullptr;
  for (const TensorInfo& tensor : tensors) {
    if (tensor.bytes == 0) continue;
    if (previous != nullptr && previous->offset + previous->bytes > tensor.offset) {
      fail("tensors \"" + previous->name + "\" and \"" + tensor.name + "\" overlap in the file");
    }
    previous = &tensor;
  }
}

}  // namespace

GgufDirectory readGgufDirectory(std::span<const std::byte> file) {
  Cursor cursor(file);
  readVersion(cursor);
  const std::uint64_t tensorCount = readCount(cursor, "the number of tensors", kMinTensorBytes);
  const std::uint64_t keyCount = readCount(cursor, "the number of metadata keys", kMinKeyBytes);

  GgufDirectory directory;
  for (std::uint64_t i = 0; i < keyCount; ++i) {
    std::string key(cursor.name("a metadata key", kMaxKeyLength));
    if (directory.metadata.contains(key)) fail("the metadata key \"" + key + "\" occurs twice");
    GgufValue value = withContext("metadata \"" + key + "\"", [&] { return readValue(cursor); });
    directory.metadata.emplace(std::move(key), std::move(value));
  }

  const std::uint64_t alignment = alignmentOf(directory);
  std::set<std::string> names;
  for (std::uint64_t i = 0; i < tensorCount; ++i) {
    directory.tensors.push_back(readTensor(cursor, alignment));
    const std::string& name = directory.tensors.back().name;
    if (!names.insert(name).second) fail("the tensor name \"" + name + "\" occurs twice");
  }
  const std::uint64_t dataStart = (cursor.position() + alignment - 1) / alignment * alignment;
  placeTensors(directory.tensors, dataStart, file.size());
  return directory;
}

}  // namespace bitscape
