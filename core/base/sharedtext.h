#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace Weir {

/// A text that is copied without its bytes: it shares them with its copies, or someone has lent them. What is
/// worked out by the hundred for one answer is made of these, so that it costs no memory of its own.
class SharedText
{
public:
    SharedText() = default;
    SharedText(std::string text)
        : m_own(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text)))
        , m_view(m_own ? std::string_view(*m_own) : std::string_view())
    {
    }
    SharedText(const char *text)
        : SharedText(std::string(text))
    {
    }
    /// The bytes must outlive this and all its copies.
    static SharedText lent(std::string_view text)
    {
        SharedText shared;
        shared.m_view = text;
        return shared;
    }

    operator std::string_view() const { return m_view; }
    std::string_view view() const { return m_view; }
    std::string str() const { return std::string(m_view); }
    bool empty() const { return m_view.empty(); }

    template <typename Text>
    requires std::is_convertible_v<const Text &, std::string_view>
    friend bool operator==(const SharedText &a, const Text &b) { return a.m_view == std::string_view(b); }

private:
    std::shared_ptr<const std::string> m_own; ///< Null: lent.
    std::string_view m_view;
};

} // namespace Weir
