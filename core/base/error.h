#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <QMetaType>

namespace Weir {

/// What went wrong, told so that a user can act on it.
struct Error
{
    enum class Kind { BadInput, NotFound, Network, Tls, Storage, Upstream, Cancelled };
    Kind kind = Kind::BadInput;
    std::string message; ///< One sentence without a full stop, UTF-8: "Expected an array of events".
    std::string where; ///< Outermost first: "/batch › batch[3] › event". Empty: the whole.

    bool operator==(const Error &) const = default;
};

/// "where: message", or the message alone. What a command prints after "weir: ".
std::string toText(const Error &error);

/// A T, or the reason why there is none. Spelled like std::expected, so that it can give way to it.
template <typename T> class [[nodiscard]] Result
{
public:
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T &value() & { return std::get<0>(m_state); }
    const T &value() const & { return std::get<0>(m_state); }
    T &&value() && { return std::get<0>(std::move(m_state)); }
    T &operator*() & { return value(); }
    const T &operator*() const & { return value(); }
    T &&operator*() && { return std::move(*this).value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }

    const Error &error() const & { return std::get<1>(m_state); }
    Error &&error() && { return std::get<1>(std::move(m_state)); }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an Error.
template <> class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error)
        : m_error(std::move(error))
    {
    }

    bool has_value() const { return !m_error; }
    explicit operator bool() const { return has_value(); }
    const Error &error() const & { return *m_error; }

private:
    std::optional<Error> m_error;
};

} // namespace Weir

Q_DECLARE_METATYPE(Weir::Error)

#define WEIR_CONCAT_(a, b) a##b
#define WEIR_CONCAT(a, b) WEIR_CONCAT_(a, b)

/// Declares `declaration` from the Result's value, or returns its error from this function:
/// `WEIR_TRY(auto body, inflate(bytes));`. Our only macro.
#define WEIR_TRY(declaration, ...)                                                                           \
    auto WEIR_CONCAT(weirTry, __LINE__) = (__VA_ARGS__);                                                     \
    if (!WEIR_CONCAT(weirTry, __LINE__))                                                                     \
        return std::move(WEIR_CONCAT(weirTry, __LINE__)).error();                                            \
    declaration = *std::move(WEIR_CONCAT(weirTry, __LINE__))
