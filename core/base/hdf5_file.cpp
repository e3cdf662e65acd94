#include "core/base/hdf5_file.h"

#include <hdf5.h>

#include <algorithm>
#include <mutex>
#include <type_traits>
#include <utility>

#include "core/base/error.h"
#include "core/base/utf8.h"

namespace bitscape {
namespace {

constexpr std::uint64_t kChunkBytes = 1 << 20;  // HDF5's cache holds one chunk of this size
constexpr std::uint64_t kSmallBytes = 4096;     // not worth a chunk index
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 40;
constexpr std::uint64_t kMostDeflation = 1040;  // deflate shrinks by 1032 at most
constexpr unsigned kDeflateLevel = 1;
constexpr std::size_t kImageGrowth = std::size_t{4} << 20;

// A handle of HDF5 that is closed with its own function.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : m_id(id), m_close(close) {}
  ~Handle() {
    if (m_id >= 0) m_close(m_id);
  }
  Handle(Handle&& other) noexcept : m_id(std::exchange(other.m_id, -1)), m_close(other.m_close) {}
  Handle& operator=(Handle&&) = delete;
  operator hid_t() const { return m_id; }  // NOLINT: it stands for the handle

 private:
  hid_t m_id;
  herr_t (*m_close)(hid_t);
};

// While writing into memory, the one thing that can fail is to get more of it.
void require(bool success) {
  if (!success) throw Error("out of memory while an HDF5 file was put together; close other programs, or keep less in it");
}

template <class Value>
hid_t nativeTypeOf() {
  if constexpr (std::is_same_v<Value, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<Value, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<Value, std::uint8_t>) return H5T_NATIVE_UINT8;
  return H5T_NATIVE_INT64;
}

// How values lie in the file: little-endian wherever it was written.
template <class Value>
hid_t storedTypeOf() {
  if constexpr (std::is_same_v<Value, float>) return H5T_IEEE_F32LE;
  if constexpr (std::is_same_v<Value, double>) return H5T_IEEE_F64LE;
  if constexpr (std::is_same_v<Value, std::uint8_t>) return H5T_STD_U8LE;
  return H5T_STD_I64LE;
}

template <class Value>
constexpr H5T_class_t kClassOf = std::is_integral_v<Value> ? H5T_INTEGER : H5T_FLOAT;

// Elements of `shape`; kMostBytes when there are more.
std::uint64_t countOf(const ArrayShape& shape) {
  std::uint64_t count = 1;
  for (const std::uint64_t size : shape) {
    if (size == 0) return 0;
    if (count > kMostBytes / size)
      count = kMostBytes;
    else
      count *= size;
  }
  return count;
}

// Whole rows, up to kChunkBytes.
ArrayShape chunkOf(const ArrayShape& shape, std::uint64_t elementBytes) {
  ArrayShape chunk = shape;
  std::uint64_t bytes = countOf(shape) * elementBytes;
  for (std::uint64_t& size : chunk) {
    if (bytes <= kChunkBytes) break;
    const std::uint64_t one = bytes / size;  // bytes of what lies behind this axis
    size = std::clamp<std::uint64_t>(kChunkBytes / one, 1, size);
    bytes = one * size;
  }
  return chunk;
}

[[noreturn]] void unreadable(const std::string& path, const std::string& reason = {}) {
  throw Error("\"" + path + "\" cannot be read" + (reason.empty() ? "" : ": " + reason));
}

std::string textOf(const ArrayShape& shape) {
  std::string text;
  for (const std::uint64_t size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text.empty() ? "a single value" : text;
}

// Fixed-length UTF-8.
Handle textType(std::size_t bytes) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  require(type >= 0 && H5Tset_size(type, std::max<std::size_t>(bytes, 1)) >= 0 && H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0 &&
          H5Tset_cset(type, H5T_CSET_UTF8) >= 0);
  return type;
}

// Nothing is taken from another file: links and arrays that name one are refused.
Handle openArray(hid_t group, const std::string& name, const std::string& path) {
  H5L_info_t link;
  if (H5Lget_info(group, name.c_str(), &link, H5P_DEFAULT) < 0) unreadable(path, "it is missing");
  if (link.type != H5L_TYPE_HARD) unreadable(path, "it points elsewhere");
  Handle array(H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (array < 0) unreadable(path);
  const Handle properties(H5Dget_create_plist(array), H5Pclose);
  if (properties < 0 || H5Pget_layout(properties) == H5D_VIRTUAL || H5Pget_external_count(properties) != 0) {
    unreadable(path, "it points elsewhere");
  }
  return array;
}

ArrayShape shapeOfOpen(hid_t array, const std::string& path) {
  const Handle space(H5Dget_space(array), H5Sclose);
  const int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
  if (rank < 0 || rank > 4 || H5Sget_simple_extent_type(space) == H5S_NULL) unreadable(path, "it has no shape");
  ArrayShape shape(static_cast<std::size_t>(rank));
  std::vector<hsize_t> sizes(shape.size());
  if (rank > 0 && H5Sget_simple_extent_dims(space, sizes.data(), nullptr) < 0) unreadable(path, "it has no shape");
  std::copy(sizes.begin(), sizes.end(), shape.begin());
  return shape;
}

// What an array occupies in the file, or claims to: never more than the file has.
std::uint64_t storedBytesOf(hid_t array) {
  const Handle file(H5Iget_file_id(array), H5Fclose);
  hsize_t size = 0;
  if (file < 0 || H5Fget_filesize(file, &size) < 0) return 0;
  return std::min<std::uint64_t>(H5Dget_storage_size(array), size);
}

// A small file may claim any size: what it stores must be able to hold it.
void requireStored(hid_t array, const std::string& path, const ArrayShape& shape, std::uint64_t elementBytes) {
  const std::uint64_t count = countOf(shape);
  const Handle properties(H5Dget_create_plist(array), H5Pclose);
  const std::uint64_t stored = storedBytesOf(array);
  const bool chunked = H5Pget_layout(properties) == H5D_CHUNKED;
  if (count >= kMostBytes / elementBytes || count * elementBytes > stored * (chunked ? kMostDeflation : 1)) {
    unreadable(path, "it claims " + textOf(shape) + " values in " + std::to_string(stored) + " bytes");
  }
  if (!chunked) return;
  std::vector<hsize_t> chunk(shape.size());
  bool fits = H5Pget_chunk(properties, static_cast<int>(chunk.size()), chunk.data()) == static_cast<int>(chunk.size());
  for (std::size_t i = 0; fits && i < chunk.size(); ++i) fits = chunk[i] <= shape[i];
  if (!fits) unreadable(path, "its parts are larger than the whole");
}

template <class Value>
void setAttribute(hid_t group, const std::string& name, Value value) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(H5Acreate2(group, name.c_str(), storedTypeOf<Value>(), space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  require(attribute >= 0 && H5Awrite(attribute, nativeTypeOf<Value>(), &value) >= 0);
}

// An attribute of one value that is of class `kind`.
Handle openAttribute(hid_t group, const std::string& name, const std::string& path, H5T_class_t kind) {
  Handle attribute(H5Aopen(group, name.c_str(), H5P_DEFAULT), H5Aclose);
  if (attribute < 0) unreadable(path, "it is missing");
  const Handle space(H5Aget_space(attribute), H5Sclose);
  const Handle type(H5Aget_type(attribute), H5Tclose);
  if (space < 0 || type < 0 || H5Sget_simple_extent_npoints(space) != 1 || H5Tget_class(type) != kind) {
    unreadable(path, "it is not of the expected kind");
  }
  return attribute;
}

template <class Value>
Value attributeOf(hid_t group, const std::string& name, const std::string& path) {
  const Handle attribute = openAttribute(group, name, path, kClassOf<Value>);
  Value value{};
  if (H5Aread(attribute, nativeTypeOf<Value>(), &value) < 0) unreadable(path);
  return value;
}

std::string checkedText(std::string text, const std::string& path) {
  if (const auto at = firstInvalidUtf8(text)) unreadable(path, "byte " + std::to_string(*at) + " is not UTF-8");
  return text;
}

}  // namespace

class Hdf5Session {
 public:
  Hdf5Session() : m_lock(mutex()) {
    H5Eget_auto2(H5E_DEFAULT, &m_print, &m_printTo);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Hdf5Session() { H5Eset_auto2(H5E_DEFAULT, m_print, m_printTo); }
  Hdf5Session(const Hdf5Session&) = delete;
  Hdf5Session& operator=(const Hdf5Session&) = delete;

 private:
  static std::mutex& mutex() {
    static std::mutex theLock;
    return theLock;
  }
  std::unique_lock<std::mutex> m_lock;
  H5E_auto2_t m_print = nullptr;
  void* m_printTo = nullptr;
};

Hdf5Image::Hdf5Image() : m_session(std::make_unique<Hdf5Session>()) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  // The format of HDF5 1.8: its metadata is compact, and has no mark "being written" that would stay in an image taken while it is open.
  require(access >= 0 && creation >= 0 && H5Pset_fapl_core(access, kImageGrowth, false) >= 0 &&
          H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) >= 0 && H5Pset_istore_k(creation, 4) >= 0);
  m_file = H5Fcreate("study in memory", H5F_ACC_TRUNC, creation, access);
  require(m_file >= 0);
}

Hdf5Image::~Hdf5Image() { H5Fclose(m_file); }

Hdf5Group Hdf5Image::root() const { return {H5Gopen2(m_file, "/", H5P_DEFAULT), "/"}; }

std::span<const std::byte> Hdf5Image::bytes() const {
  void* memory = nullptr;
  require(H5Fflush(m_file, H5F_SCOPE_GLOBAL) >= 0 && H5Fget_vfd_handle(m_file, H5P_DEFAULT, &memory) >= 0);
  const ssize_t size = H5Fget_file_image(m_file, nullptr, 0);
  require(size > 0 && memory);
  // In memory, the "file handle" is the address of the pointer to the bytes.
  return {*static_cast<std::byte* const*>(memory), static_cast<std::size_t>(size)};
}

Hdf5File::Hdf5File(const std::string& path) : m_session(std::make_unique<Hdf5Session>()) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // Without HDF5's own lock on the file, which some network folders refuse: a study is replaced as a whole, never changed.
  require(access >= 0 && H5Pset_fapl_sec2(access) >= 0 && H5Pset_file_locking(access, false, true) >= 0 &&
          H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0);
  m_file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access);
  if (m_file < 0) throw Error("HDF5 cannot open it");
}

Hdf5File::~Hdf5File() { H5Fclose(m_file); }

Hdf5Group Hdf5File::root() const { return {H5Gopen2(m_file, "/", H5P_DEFAULT), "/"}; }

Hdf5Group::Hdf5Group(std::int64_t handle, std::string path) : m_handle(handle), m_path(std::move(path)) {
  if (m_handle < 0) unreadable(m_path);
}
Hdf5Group::~Hdf5Group() {
  if (m_handle >= 0) H5Gclose(m_handle);
}
Hdf5Group::Hdf5Group(Hdf5Group&& other) noexcept : m_handle(std::exchange(other.m_handle, -1)), m_path(std::move(other.m_path)) {}

std::string Hdf5Group::pathOf(const std::string& name) const { return m_path + (m_path.ends_with('/') ? "" : "/") + name; }

bool Hdf5Group::has(const std::string& name) const { return H5Lexists(m_handle, name.c_str(), H5P_DEFAULT) > 0; }

Hdf5Group Hdf5Group::group(const std::string& name) const {
  H5L_info_t link;
  if (H5Lget_info(m_handle, name.c_str(), &link, H5P_DEFAULT) < 0) unreadable(pathOf(name), "it is missing");
  if (link.type != H5L_TYPE_HARD) unreadable(pathOf(name), "it points elsewhere");
  return {H5Gopen2(m_handle, name.c_str(), H5P_DEFAULT), pathOf(name)};
}

Hdf5Group Hdf5Group::addGroup(const std::string& name) const {
  const hid_t made = H5Gcreate2(m_handle, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  require(made >= 0);
  return {made, pathOf(name)};
}

void Hdf5Group::setNumber(const std::string& name, std::int64_t value) const { setAttribute(m_handle, name, value); }
void Hdf5Group::setNumber(const std::string& name, double value) const { setAttribute(m_handle, name, value); }

std::int64_t Hdf5Group::integer(const std::string& name, std::int64_t low, std::int64_t high) const {
  const auto value = attributeOf<std::int64_t>(m_handle, name, pathOf(name));
  if (value < low || value > high) unreadable(pathOf(name), std::to_string(value) + " is out of range");
  return value;
}
double Hdf5Group::real(const std::string& name) const { return attributeOf<double>(m_handle, name, pathOf(name)); }

void Hdf5Group::setLabel(const std::string& name, const std::string& value) const {
  const Handle type = textType(value.size());
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(H5Acreate2(m_handle, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  require(attribute >= 0 && H5Awrite(attribute, type, value.empty() ? "\0" : value.data()) >= 0);
}

std::string Hdf5Group::label(const std::string& name) const {
  const Handle attribute = openAttribute(m_handle, name, pathOf(name), H5T_STRING);
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const std::size_t size = H5Tget_size(type);
  if (H5Tis_variable_str(type) != 0 || size == 0 || size > 65536) unreadable(pathOf(name), "it is not of the expected kind");
  std::string value(size, '\0');
  if (H5Aread(attribute, type, value.data()) < 0) unreadable(pathOf(name));
  value.resize(value.find_last_not_of('\0') + 1);
  return checkedText(std::move(value), pathOf(name));
}

void Hdf5Group::addText(const std::string& name, const std::string& text) const {
  const Handle type = textType(text.size());
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle array(H5Dcreate2(m_handle, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
  require(array >= 0 && H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.empty() ? "\0" : text.data()) >= 0);
}

std::string Hdf5Group::text(const std::string& name) const {
  const std::string path = pathOf(name);
  const Handle array = openArray(m_handle, name, path);
  const Handle type(H5Dget_type(array), H5Tclose);
  if (type < 0 || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0 || !shapeOfOpen(array, path).empty()) {
    unreadable(path, "it is no text");
  }
  const std::size_t size = H5Tget_size(type);
  if (size == 0 || size > storedBytesOf(array)) unreadable(path, "it claims " + std::to_string(size) + " bytes");
  std::string text(size, '\0');
  if (H5Dread(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()) < 0) unreadable(path);
  text.resize(text.find_last_not_of('\0') + 1);
  return checkedText(std::move(text), path);
}

template <class Value>
void Hdf5Group::addArray(const std::string& name, std::span<const Value> values, const ArrayShape& shape) const {
  const std::uint64_t bytes = values.size_bytes();
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  require(properties >= 0 && H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER) >= 0);
  const std::vector<hsize_t> sizes(shape.begin(), shape.end());
  if (bytes > kSmallBytes && sizeof(Value) > 1) {
    const ArrayShape chunk = chunkOf(shape, sizeof(Value));
    const std::vector<hsize_t> chunkSizes(chunk.begin(), chunk.end());
    require(H5Pset_chunk(properties, static_cast<int>(chunkSizes.size()), chunkSizes.data()) >= 0 && H5Pset_shuffle(properties) >= 0 &&
            H5Pset_deflate(properties, kDeflateLevel) >= 0);
  }
  const Handle space(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), H5Sclose);
  const Handle array(H5Dcreate2(m_handle, name.c_str(), storedTypeOf<Value>(), space, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose);
  require(array >= 0);
  if (bytes > 0) require(H5Dwrite(array, nativeTypeOf<Value>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
}

ArrayShape Hdf5Group::shapeOf(const std::string& name) const {
  const std::string path = pathOf(name);
  return shapeOfOpen(openArray(m_handle, name, path), path);
}

ArrayType Hdf5Group::typeOf(const std::string& name) const {
  const std::string path = pathOf(name);
  const Handle array = openArray(m_handle, name, path);
  const Handle type(H5Dget_type(array), H5Tclose);
  const std::size_t size = type < 0 ? 0 : H5Tget_size(type);
  const H5T_class_t kind = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
  if (kind == H5T_FLOAT && (size == 4 || size == 8)) return size == 4 ? ArrayType::Float32 : ArrayType::Float64;
  if (kind == H5T_INTEGER && (size == 1 || size == 8)) return size == 1 ? ArrayType::UInt8 : ArrayType::Int64;
  unreadable(path, "its values are not of the expected kind");
}

std::vector<std::string> Hdf5Group::names() const {
  H5G_info_t info;
  if (H5Gget_info(m_handle, &info) < 0) unreadable(m_path);
  std::vector<std::string> found;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    const ssize_t size = H5Lget_name_by_idx(m_handle, ".", H5_INDEX_NAME, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT);
    if (size < 0) unreadable(m_path);
    std::string name(static_cast<std::size_t>(size) + 1, '\0');
    if (H5Lget_name_by_idx(m_handle, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT) < 0) unreadable(m_path);
    name.pop_back();
    found.push_back(checkedText(std::move(name), m_path));
  }
  return found;
}

template <class Value>
std::vector<Value> Hdf5Group::array(const std::string& name, const ArrayShape& shape) const {
  const std::string path = pathOf(name);
  const Handle array = openArray(m_handle, name, path);
  const ArrayShape found = shapeOfOpen(array, path);
  if (found != shape) unreadable(path, "it holds " + textOf(found) + " values instead of " + textOf(shape));
  const Handle type(H5Dget_type(array), H5Tclose);
  if (type < 0 || H5Tget_class(type) != kClassOf<Value> || H5Tget_size(type) != sizeof(Value)) {
    unreadable(path, "its values are not of the expected kind");
  }
  requireStored(array, path, shape, sizeof(Value));
  std::vector<Value> values(static_cast<std::size_t>(countOf(shape)));
  if (!values.empty() && H5Dread(array, nativeTypeOf<Value>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) unreadable(path);
  return values;
}

#define BITSCAPE_ARRAYS_OF(Value)                                                                                \
  template void Hdf5Group::addArray<Value>(const std::string&, std::span<const Value>, const ArrayShape&) const; \
  template std::vector<Value> Hdf5Group::array<Value>(const std::string&, const ArrayShape&) const;
BITSCAPE_ARRAYS_OF(float)
BITSCAPE_ARRAYS_OF(double)
BITSCAPE_ARRAYS_OF(std::int64_t)
BITSCAPE_ARRAYS_OF(std::uint8_t)
#undef BITSCAPE_ARRAYS_OF

}  // namespace bitscape
